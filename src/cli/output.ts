/**
 * Everything the command line says. Results go to standard output, what happens meanwhile to
 * standard error; every text passes the redactor (promise 8).
 */
import type { Redactor } from '../config/references/redactor.ts'

export const formatVersion = 1

export interface Streams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean }
}

export type Result = Readonly<Record<string, unknown>>

export class Output {
  readonly json: boolean
  readonly #streams: Streams
  readonly #onResult: (result: Result) => void
  #redactor: Redactor | null = null
  #runnable: (text: string) => string = (text) => text
  #transient = false
  #step = ''

  /** `onResult` is told every result, shown or not. */
  constructor(streams: Streams, json: boolean, onResult: (result: Result) => void = () => {}) {
    this.#streams = streams
    this.json = json
    this.#onResult = onResult
  }

  /** From here on these secrets are blanked out. */
  hide(redactor: Redactor): void {
    this.#redactor = redactor
  }

  /** From here on commands in backticks are shown as they can be run. */
  showCommands(runnable: (text: string) => string): void {
    this.#runnable = runnable
  }

  /** A line of the result; nothing where the result is JSON. */
  line(text = ''): void {
    if (!this.json) this.#out(`${this.#safe(this.#runnable(text))}\n`)
  }

  /** The whole result as one JSON document on one line. */
  result(value: Result): void {
    this.#onResult(value)
    if (this.json) this.#out(`${this.document(value)}\n`)
  }

  /**
   * A result as the document that `--json` writes. Its texts alone pass the redactor: a secret that
   * is a name or number of the document would break it, and who reads it.
   */
  document(value: Result): string {
    return JSON.stringify({ format_version: formatVersion, ...value }, (_, part: unknown) =>
      typeof part === 'string' ? this.#safe(part) : part,
    )
  }

  /** For work beside the command's own: what it says are notes, and its results are for nobody. */
  aside(): Output {
    const notes = { write: (text: string) => this.#streams.stderr.write(text) }
    const aside = new Output({ stdout: notes, stderr: notes }, false)
    aside.#redactor = this.#redactor
    aside.#runnable = this.#runnable
    return aside
  }

  /** A note for people, on standard error. */
  note(text: string): void {
    this.#clear()
    this.#streams.stderr.write(`${this.#safe(this.#runnable(text))}\n`)
  }

  /**
   * What is happening now: replaced by the next on a terminal; elsewhere a line of its own whenever
   * `step` is another than before, so that logs tell the course and not every batch.
   */
  progress(text: string, step: string): void {
    if (this.json) return
    const { stderr } = this.#streams
    if (stderr.isTTY === true) {
      stderr.write(`\r\u001b[2K${this.#safe(text)}`)
      this.#transient = true
    } else if (step !== this.#step) {
      stderr.write(`${this.#safe(text)}\n`)
    }
    this.#step = step
  }

  #out(text: string): void {
    this.#clear()
    this.#streams.stdout.write(text)
  }

  #clear(): void {
    if (!this.#transient) return
    this.#streams.stderr.write('\r\u001b[2K')
    this.#transient = false
  }

  #safe(text: string): string {
    return this.#redactor === null ? text : this.#redactor.redact(text)
  }
}
