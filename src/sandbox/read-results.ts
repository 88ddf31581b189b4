/**
 * What comes back from the sandbox, judged as a stranger's word: the row function may have changed
 * anything in there, the prelude's surroundings included.
 */
import { type Row, type ValueKind, valueKinds } from '../model/value.ts'
import {
  type Transformed,
  type TransformInput,
  type TransformReason,
  transformReasons,
} from './sandbox.ts'

/** The results for `rows`; null where the answer has not the agreed form. */
export function readResults(
  answer: string,
  file: string,
  input: TransformInput,
  rows: readonly Row[],
): readonly Transformed[] | null {
  const parsed = parseJson(answer)
  if (!Array.isArray(parsed) || parsed.length !== rows.length) return null
  const sources = input.wanted.map((name) =>
    input.columns.findIndex((column) => column.name === name),
  )
  const read: Transformed[] = []
  for (const [index, result] of parsed.entries()) {
    const one = readResult(result, file, (cells) =>
      readCells(cells, sources, input, rows[index] ?? []),
    )
    if (one === null) return null
    read.push(one)
  }
  return read
}

function readResult(
  result: unknown,
  file: string,
  cellsOf: (cells: readonly unknown[]) => Transformed | null,
): Transformed | null {
  if (result === 0) return { ok: false, reason: 'transform.skipped', message: null }
  if (Array.isArray(result)) return cellsOf(result)
  if (typeof result !== 'object' || result === null) return null
  const { reason, name, message, stack } = result as Record<string, unknown>
  if (!isReason(reason) || typeof message !== 'string' || typeof stack !== 'string') return null
  const told = typeof name === 'string' ? `${name}: ${message}` : message
  return { ok: false, reason, message: locate(file, stack, told) }
}

const longestMessage = 300

/** `transforms/people.js:3: TypeError: …`: the innermost line of the person's own file. */
export function locate(file: string, stack: string, message: string): string {
  const at = stack.indexOf(`${file}:`)
  const line = at < 0 ? undefined : /^\d+/.exec(stack.slice(at + file.length + 1))?.[0]
  const shown = message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message
  return `${file}:${line === undefined ? '' : `${line}:`} ${shown}`
}

function readCells(
  cells: readonly unknown[],
  sources: readonly number[],
  { columns }: TransformInput,
  row: Row,
): Transformed | null {
  if (cells.length !== sources.length) return null
  const values: (string | null)[] = []
  const kinds: ValueKind[] = []
  for (const [index, source] of sources.entries()) {
    const cell = cells[index]
    if (Array.isArray(cell) && cell.length === 0) {
      const column = columns[source]
      if (column === undefined) return null
      values.push(row[source] ?? null)
      kinds.push(column.kind)
      continue
    }
    const read = readCell(cell)
    if (read === null) return null
    values.push(read.text)
    kinds.push(read.kind)
  }
  return { ok: true, values, kinds }
}

function readCell(
  cell: unknown,
): { readonly text: string | null; readonly kind: ValueKind } | null {
  if (cell === null) return { text: null, kind: 'text' }
  if (typeof cell === 'string') return { text: cell, kind: 'text' }
  if (typeof cell === 'boolean') return { text: String(cell), kind: 'boolean' }
  if (typeof cell === 'number') {
    return { text: String(cell), kind: Number.isSafeInteger(cell) ? 'integer' : 'double' }
  }
  if (!Array.isArray(cell)) return null
  const [kind, text] = cell as unknown[]
  return isKind(kind) && typeof text === 'string' ? { text, kind } : null
}

function isKind(value: unknown): value is ValueKind {
  return valueKinds.some((kind) => kind === value)
}

function isReason(value: unknown): value is TransformReason {
  return transformReasons.some((reason) => reason === value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
