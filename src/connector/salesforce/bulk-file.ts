/**
 * A job's records as a file of comma-separated values. A blank cell leaves a field as it is, `#N/A`
 * empties it; so rows that write different fields share one file.
 */
import Papa from 'papaparse'
import type { CrmValue } from '../../model/operation.ts'
import type { BulkInput, BulkLoad } from '../bulk.ts'
import { stored } from './values.ts'
import { parentsOf, refusal, type Shape } from './write.ts'

/** The cell that empties a field. */
const empties = '#N/A'

/** How a line ends, as the job is told. */
export const lineEnding = 'LF'
const newline = '\n'

/** The file, rows of the same parents together: batches that share none never wait for each other. */
export function writeFile(shape: Shape, load: BulkLoad): string {
  const rows = load.inputs
    .filter((input) => refusal(shape, input) === null)
    .map((input) => ({ input, cells: cellsOf(shape, load, input) }))
  const names = [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))]
  const lines = byParents(shape, rows).map(({ cells }) =>
    names.map((name) => cells.get(name) ?? ''),
  )
  return Papa.unparse([names, ...lines], { newline }) + newline
}

/**
 * The whole rows of a file of results, by the names of its columns. A row of another shape is none: an answer
 * that was cut short ends in the middle of one, of whose key a part may be another row's.
 */
export function readFile(text: string): readonly Readonly<Record<string, string>>[] {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: ',' })
  const [names = []] = data
  const broken = new Set(errors.map(({ row }) => row))
  return data
    .filter((row, at) => {
      // What follows the last line's end is empty, or a row without its own.
      const isEnded = at > 0 && at < data.length - 1
      return isEnded && row.length === names.length && !broken.has(at)
    })
    .map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ''])))
}

/** A value that the file can't tell from an order to empty the field. */
export function isUntellable(value: CrmValue): boolean {
  return value === empties
}

function cellsOf(
  shape: Shape,
  { operation }: BulkLoad,
  { id, values }: BulkInput,
): ReadonlyMap<string, string> {
  const cells = new Map<string, string>()
  if (id !== null) cells.set('Id', id)
  if (operation === 'delete') return cells
  for (const [name, value] of Object.entries(values)) {
    const parent = shape.parents.get(name)
    const field = parent?.key ?? shape.sobject.fields.get(name.toLowerCase())
    const kept = field === undefined ? value : stored(field, value)
    // An empty external id names nobody: to have no parent is to have no record id of one.
    if (parent !== undefined && kept === null) cells.set(parent.reference.name, empties)
    else cells.set(name, kept ?? empties)
  }
  return cells
}

function byParents<Row extends { readonly input: BulkInput }>(
  shape: Shape,
  rows: readonly Row[],
): readonly Row[] {
  const keyed = rows.map((row) => ({ row, key: parentsOf(shape, [row.input]).join('\n') }))
  return keyed
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row)
}
