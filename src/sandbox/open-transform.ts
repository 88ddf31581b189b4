/**
 * Rows through a row function, in batches of a size that stays far below the time of one row. A
 * batch that hits a limit is repeated row by row, and a row counts as the culprit only if it hits
 * the limit alone in a new sandbox: neither its neighbours nor a busy machine may cost a row.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../model/clock.ts'
import type { Row } from '../model/value.ts'
import { encodeRows } from './encode-rows.ts'
import { defaultLimits, type SandboxLimits } from './limits.ts'
import { QuickJsSandbox } from './quickjs-sandbox.ts'
import { locate, readResults } from './read-results.ts'
import type { Transform, Transformed, TransformInput, TransformSource } from './sandbox.ts'

export interface SandboxOptions {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly limits?: Partial<SandboxLimits>
}

export async function openTransform(
  source: TransformSource,
  { clock, limits }: SandboxOptions,
): Promise<Transform> {
  const start = (): Promise<QuickJsSandbox> =>
    QuickJsSandbox.start(source, { ...defaultLimits, ...limits }, clock)
  return new SandboxedTransform(source.file, start, await start(), clock)
}

const mostRows = 1_000
/** Texts of one batch, in UTF-16 code units: little beside the memory limit. */
const mostText = 1_000_000
/** A batch aims at this; a fifth of a row's limit leaves room for a busy moment. */
const batchMs = 10

class SandboxedTransform implements Transform {
  readonly #file: string
  readonly #start: () => Promise<QuickJsSandbox>
  readonly #clock: Pick<Clock, 'monotonic'>
  #sandbox: QuickJsSandbox
  #batchRows = 16

  constructor(
    file: string,
    start: () => Promise<QuickJsSandbox>,
    sandbox: QuickJsSandbox,
    clock: Pick<Clock, 'monotonic'>,
  ) {
    this.#file = file
    this.#start = start
    this.#sandbox = sandbox
    this.#clock = clock
  }

  async apply(input: TransformInput): Promise<readonly Transformed[]> {
    const results: Transformed[] = []
    while (results.length < input.rows.length) {
      const batch = nextBatch(input.rows, results.length, this.#batchRows)
      const started = this.#clock.monotonic()
      results.push(...(await this.#batch(input, batch)))
      this.#adapt(this.#clock.monotonic() - started)
      // The interpreter holds the thread; timers (a lease's renewal) get their turn in between.
      await nextTurn()
    }
    return results
  }

  async #batch(input: TransformInput, rows: readonly Row[]): Promise<readonly Transformed[]> {
    const ran = this.#sandbox.run(encodeRows(input, rows))
    if (ran.ok) return this.#read(ran.answer, input, rows)
    this.#sandbox = await this.#start()
    const results: Transformed[] = []
    for (const row of rows) results.push(await this.#alone(input, row))
    return results
  }

  async #alone(input: TransformInput, row: Row): Promise<Transformed> {
    const rows = [row]
    for (;;) {
      const { fresh } = this.#sandbox
      const ran = this.#sandbox.run(encodeRows(input, rows))
      if (ran.ok) return this.#read(ran.answer, input, rows)[0] ?? this.#unreadable()
      this.#sandbox = await this.#start()
      if (fresh) {
        const message = locate(this.#file, ran.stack, ran.message)
        return { ok: false, reason: 'transform.limit', message }
      }
      await nextTurn()
    }
  }

  #read(answer: string, input: TransformInput, rows: readonly Row[]): readonly Transformed[] {
    return readResults(answer, this.#file, input, rows) ?? rows.map(() => this.#unreadable())
  }

  #unreadable(): Transformed {
    const message = `${this.#file}: what it returned can’t be read; does it change built-in objects?`
    return { ok: false, reason: 'transform.error', message }
  }

  #adapt(ms: number): void {
    if (ms < batchMs / 2) this.#batchRows = Math.min(mostRows, this.#batchRows * 2)
    if (ms > batchMs) this.#batchRows = Math.max(1, Math.floor(this.#batchRows / 2))
  }
}

/** At least one row, at most `most`, and no more text than a batch may have. */
function nextBatch(rows: readonly Row[], start: number, most: number): readonly Row[] {
  let end = start
  let text = 0
  while (end < rows.length && end - start < most) {
    for (const cell of rows[end] ?? []) text += cell?.length ?? 0
    if (end > start && text > mostText) break
    end += 1
  }
  return rows.slice(start, end)
}
