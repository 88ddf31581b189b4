/** What the three files of a job's results say of each input. They are in no order: a key tells whose a row is. */
import type { BulkInput, BulkLoad } from '../bulk.ts'
import type { WriteResult } from '../write.ts'
import { readFile } from './bulk-file.ts'
import type { Problem } from './error-body.ts'
import { rowResult } from './errors.ts'
import { recordId } from './record-id.ts'
import { stored } from './values.ts'
import { hasReferences, refusal, type Shape, storedValues } from './write.ts'

export interface ResultFiles {
  readonly successful: string
  readonly failed: string
  readonly unprocessed: string
}

type ResultRow = Readonly<Record<string, string>>

export function resultsOf(
  shape: Shape,
  load: BulkLoad,
  files: ResultFiles,
): readonly WriteResult[] {
  const keyOf = keysOf(shape, load)
  const results = new Map<string, (input: BulkInput) => WriteResult>()
  const add = (row: ResultRow, tell: (input: BulkInput) => WriteResult): void => {
    const key = keyOf.row(row)
    // Of two rows with one key nobody knows which is whose.
    results.set(key, results.has(key) ? () => unaccounted : tell)
  }
  for (const row of readFile(files.unprocessed)) add(row, () => unprocessed)
  for (const row of readFile(files.failed)) {
    const problem = problemOf(row['sf__Error'] ?? '')
    const { operation: kind, uniqueField } = load
    add(row, ({ values }) => {
      const refused = { kind, uniqueField, hasReferences: hasReferences(shape, values) }
      return rowResult(problem === null ? [] : [problem], refused)
    })
  }
  for (const row of readFile(files.successful)) {
    add(row, ({ id, values }) => written(row, id, storedValues(shape, values)))
  }
  const asked = Map.groupBy(load.inputs, keyOf.input)
  return load.inputs.map((input) => {
    const key = keyOf.input(input)
    const isAlone = key !== '' && asked.get(key)?.length === 1
    return refusal(shape, input) ?? (isAlone ? results.get(key)?.(input) : null) ?? unaccounted
  })
}

const unaccounted: WriteResult = { status: 'unaccounted' }

const unprocessed: WriteResult = {
  status: 'busy',
  reason: 'job.unprocessed',
  message: 'the job ended before Salesforce came to the record',
}

/** Where the same key is on both sides. */
function keysOf(
  { sobject }: Shape,
  { uniqueField }: BulkLoad,
): { readonly row: (row: ResultRow) => string; readonly input: (input: BulkInput) => string } {
  if (uniqueField === null) {
    const normal = (id: string): string => recordId(id) ?? id
    return { row: (row) => normal(row['Id'] ?? ''), input: ({ id }) => normal(id ?? '') }
  }
  const field = sobject.fields.get(uniqueField.toLowerCase())
  return {
    row: (row) => row[uniqueField] ?? '',
    input: ({ values }) => {
      const value = values[uniqueField] ?? null
      return (field === undefined ? value : stored(field, value)) ?? ''
    },
  }
}

function written(row: ResultRow, asked: string | null, values: BulkInput['values']): WriteResult {
  const id = recordId(row['sf__Id'] ?? '')
  if (id === null || (asked !== null && recordId(asked) !== id)) return { status: 'unaccounted' }
  return { status: 'written', id, created: row['sf__Created'] === 'true', values }
}

/** `CODE:message:Field1 Field2 --`; null for a text of another form. */
export function problemOf(error: string): Problem | null {
  const found =
    /^([A-Z][A-Z0-9_]*):(.*):([^:]*?)\s*--$/s.exec(error) ?? /^([A-Z][A-Z0-9_]*):(.*)$/s.exec(error)
  if (found === null) return null
  const [, code = '', message = '', fields = ''] = found
  return { code, message: message.trim(), fields: fields.split(/[\s,]+/).filter(Boolean) }
}
