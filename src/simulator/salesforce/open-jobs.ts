/** For tests: Bulk jobs of a local Salesforce, step by step or all in one, and their results by the row. */
import type { Json, JsonObject } from './wire/json.ts'
import { type Answer, type OpenLocal, type TextAnswer, objectOf, textOf } from './open-local.ts'
import { CsvFile } from './bulk/csv.ts'

/** The cells of a row by column. */
export type ResultRow = Readonly<Record<string, string>>

export interface Results {
  readonly successful: readonly ResultRow[]
  readonly failed: readonly ResultRow[]
  readonly unprocessed: readonly ResultRow[]
}

export interface OpenJobs {
  /** Returns the job's id. */
  create(request: JsonObject): string
  upload(id: string, csv: string): TextAnswer
  patch(id: string, state: string): Answer
  /** Creates, uploads and closes; returns the job's id. */
  run(request: JsonObject, csv: string): string
  info(id: string): JsonObject
  results(id: string): Results
}

export const jobsPath = '/jobs/ingest'

export function openJobs({ call, send }: OpenLocal): OpenJobs {
  const create: OpenJobs['create'] = (request) => {
    const { status, body } = call(`POST ${jobsPath}`, request)
    if (status !== 200) throw new Error(`no job: ${JSON.stringify(body)}`)
    return textOf(objectOf(body)['id'])
  }
  const upload: OpenJobs['upload'] = (id, csv) =>
    send(`PUT ${jobsPath}/${id}/batches`, csv, { 'content-type': 'text/csv' })
  const patch: OpenJobs['patch'] = (id, state) => call(`PATCH ${jobsPath}/${id}`, { state })
  return {
    create,
    upload,
    patch,
    run: (request, csv) => {
      const id = create(request)
      upload(id, csv)
      patch(id, 'UploadComplete')
      return id
    },
    info: (id) => objectOf(call(`GET ${jobsPath}/${id}`).body),
    results: (id) => {
      const read = (name: string) => rowsOf(send(`GET ${jobsPath}/${id}/${name}`, null).text)
      return {
        successful: read('successfulResults/'),
        failed: read('failedResults/'),
        unprocessed: read('unprocessedrecords/'),
      }
    },
  }
}

/** Rows of a file that has commas and line feeds. */
function rowsOf(csv: string): readonly ResultRow[] {
  const file = new CsvFile(csv, ',')
  return Array.from({ length: file.count }, (_, index) => {
    const { cells } = file.row(index)
    return Object.fromEntries(file.header.cells.map((name, column) => [name, cells[column] ?? '']))
  })
}

/** These values of each row, in the order of the first. */
export function valuesOf(rows: readonly ResultRow[], ...names: readonly string[]): readonly Json[] {
  return rows.map((row) => names.map((name) => row[name] ?? '').join(' ')).toSorted()
}

/** A file of these rows under this header, with line feeds and nothing in quotes. */
export function csvOf(header: string, rows: readonly string[]): string {
  return [header, ...rows, ''].join('\n')
}
