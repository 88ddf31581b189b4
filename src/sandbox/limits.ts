/** What a row function may use. */
export interface SandboxLimits {
  /** Of the whole sandbox: the interpreter, the rows on their way, what the function keeps. At least 16 MB. */
  readonly memoryBytes: number
  /** For one row. */
  readonly rowMs: number
  /** For the file itself, before the first row. */
  readonly loadMs: number
}

export const defaultLimits: SandboxLimits = {
  memoryBytes: 64 * 1024 * 1024,
  rowMs: 50,
  loadMs: 1_000,
}
