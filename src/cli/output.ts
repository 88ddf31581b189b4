/**
 * Everything the command line says. Results go to standard output, what happens meanwhile to
 * standard error; every text passes the redactor (promise 8).
 */
import type { Redactor } from '../config/redactor.ts'

export const formatVersion = 1

export interface Streams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean }
}

export class Output {
  readonly json: boolean
  readonly #streams: Streams
  #redactor: Redactor | null = null
  #transient = false

  constructor(streams: Streams, json: boolean) {
    this.#streams = streams
    this.json = json
  }

  /** From here on these secrets are blanked out. */
  hide(redactor: Redactor): void {
    this.#redactor = redactor
  }

  /** A line of the result; nothing where the result is JSON. */
  line(text = ''): void {
    if (!this.json) this.#out(`${text}\n`)
  }

  /** The whole result as one JSON document on one line. */
  result(value: Readonly<Record<string, unknown>>): void {
    if (this.json) this.#out(`${JSON.stringify({ format_version: formatVersion, ...value })}\n`)
  }

  /** A note for people, on standard error. */
  note(text: string): void {
    this.#clear()
    this.#streams.stderr.write(`${this.#safe(text)}\n`)
  }

  /** What is happening now: replaced by the next on a terminal, silent elsewhere. */
  progress(text: string): void {
    if (this.json || this.#streams.stderr.isTTY !== true) return
    this.#streams.stderr.write(`\r\u001b[2K${this.#safe(text)}`)
    this.#transient = true
  }

  #out(text: string): void {
    this.#clear()
    this.#streams.stdout.write(this.#safe(text))
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
