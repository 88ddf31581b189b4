/** Options that are designed but not built: refused by what they are instead of as a slip, with what to do in their place. */
export type LaterOptions = Readonly<Record<string, string>>

export const laterProjectOptions: LaterOptions = {
  alerts: "Watch the exit code of `syncline run`, or the working schema's `runs` table.",
}
