/**
 * The model as a query. A file holds exactly one, and whatever the warehouse says against it is told
 * with the file's name and line, which is what a person can go to.
 */
import type { Dialect } from '../../../core/sql/dialect.ts'
import { SynclineError } from '../../../model/error.ts'
import type { PushSync } from '../../../model/sync.ts'
import type { Column } from '../../../model/value.ts'
import { warehouseErrors } from '../../../warehouse/errors.ts'
import type { Session } from '../../../warehouse/warehouse.ts'

export interface ModelQuery {
  readonly query: string
  /** What to read from: the query in parentheses, or the table's name. */
  readonly from: string
  /** A query is evaluated once, into a table; a table is read where it is. */
  readonly materialise: boolean
}

export type ModelOwner = Pick<PushSync, 'name' | 'model' | 'place'>

export function modelQuery({ model }: ModelOwner, dialect: Dialect): ModelQuery {
  if (model.kind === 'query') {
    const query = withoutTerminator(model.text).trimEnd()
    return { query, from: `(${query}\n)`, materialise: true }
  }
  const table = dialect.quote(model.table)
  const from = model.schema === null ? table : `${dialect.quote(model.schema)}.${table}`
  return { query: `select * from ${from}`, from, materialise: false }
}

/** The model's columns; `warehouse.query` names the model's file where there is one. */
export async function describeModel(
  owner: ModelOwner,
  session: Session,
  dialect: Dialect,
): Promise<readonly Column[]> {
  const { query, materialise } = modelQuery(owner, dialect)
  // Warehouses differ in what they make of nothing at all, and none says it well.
  if (materialise && significant(query).length === 0) throw nothingIn(owner)
  return toldOfModel(owner, session.describe(query))
}

/** Awaits what evaluates the model; an error of its SQL is placed in the model's file. */
export async function toldOfModel<T>(owner: ModelOwner, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof SynclineError && error.code === 'warehouse.query'
      ? placed(owner, error)
      : error
  }
}

function placed({ name, model, place }: ModelOwner, error: SynclineError): SynclineError {
  if (model.kind === 'table') {
    const table = model.schema === null ? model.table : `${model.schema}.${model.table}`
    const message = `Sync ${name}, table ${table}: ${error.message}`
    return warehouseErrors.query({ message, place, cause: error })
  }
  const line = lineOf(model.text, error)
  return warehouseErrors.query({
    message: `Sync ${name}, ${model.file}${line === undefined ? '' : ` line ${line}`}: ${error.message}`,
    place: { file: model.file, ...(line === undefined ? {} : { line }) },
    cause: error,
  })
}

/**
 * What is missing at the very end is found behind it: where a statement of ours goes on, or at no line
 * at all.
 */
function lineOf(text: string, { message, place }: SynclineError): number | undefined {
  const last = withoutTerminator(text).trimEnd().split('\n').length
  if (place?.line !== undefined) return Math.min(place.line, last)
  return /\bend of input\b/i.test(message) ? last : undefined
}

/** Strings, quoted names, comments and dollar quotes as a whole; everything else by character. */
const tokens =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|[\s\S]/g

function significant(text: string): readonly RegExpExecArray[] {
  return [...text.matchAll(tokens)].filter(({ 0: token }) => !/^(\s|--|\/\*)/.test(token))
}

function nothingIn({ name, model, place }: ModelOwner): SynclineError {
  const file = model.kind === 'query' ? model.file : place.file
  const message = `Sync ${name}, ${file}: there is no query, only comments.`
  return warehouseErrors.query({ message, place: { file } })
}

/** The query without the semicolon that ends it, also where only comments follow. */
function withoutTerminator(text: string): string {
  const found = significant(text)
  const words = found.findLastIndex(({ 0: token }) => token !== ';')
  const end = found[words + 1]?.index
  return end === undefined ? text : text.slice(0, end)
}
