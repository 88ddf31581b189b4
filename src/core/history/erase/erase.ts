/**
 * Finds the records of a pulled object that hold a text, and removes records wholly. A text is held as the whole value
 * of a field, or as a whole string within a JSON value, whatever its case and the blanks around it: who is
 * called Ann is not in every annual plan. Where it stands among other words, a record is told of and left.
 */
import { appears, appearsAsIs, inJson, listed } from '../../sql/erase.ts'
import type { Dialect, TableName } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import type { FieldColumn } from '../columns/fit.ts'
import type { HistoryTables } from '../tables/tables.ts'
import { wrappedText } from '../log/wrapped.ts'

export interface EraseInput {
  readonly dialect: Dialect
  readonly tables: HistoryTables
  readonly fields: readonly FieldColumn[]
}

/** `[key]` of records with a change or version that holds one of the texts, in order; null where none could. */
export function keysHolding(input: EraseInput, texts: readonly string[]): Statement | null {
  const { dialect } = input
  return keysWhere(input, {
    texts,
    holdsText: (told, places) => {
      const list = places.map((place) => dialect.placeholder(place)).join(', ')
      return `trim(${told}) in (${list}) or lower(trim(${told})) in (${list})`
    },
    jsons: texts.map((text) => JSON.stringify(text)).flatMap(alsoWithin),
  })
}

/** `[key]` of records with a text in which that text appears, the first so many. */
export function keysMentioning(input: EraseInput, text: string, most: number): Statement | null {
  const found = keysWhere(input, {
    texts: [text],
    holdsText: (told, places) => anyAppears(input.dialect, told, places),
    jsons: alsoWithin(inJson(text)),
  })
  return found === null ? null : { ...found, text: `${found.text} limit ${most}` }
}

/** Removes all rows of the keys: of the log first, then of the two tables of versions. */
export function eraseKeys(
  { dialect, tables }: EraseInput,
  keys: readonly string[],
): readonly Statement[] {
  return [tables.changes, tables.past, tables.latest].map((table) =>
    listed(
      dialect,
      keys,
      (list) =>
        `delete from ${tableReference(dialect, table)} where ${dialect.quote('_key')} in (${list})`,
    ),
  )
}

/** Removes what is listed of the keys' rows in another tool's table that were not taken over. */
export function eraseListed(
  dialect: Dialect,
  operations: TableName,
  sync: string,
  keys: readonly string[],
): Statement {
  const { literal, quote } = dialect
  const ofPull = `${quote('sync')} = ${literal(sync)}`
  return listed(
    dialect,
    keys,
    (list) =>
      `delete from ${tableReference(dialect, operations)} where ${ofPull} and ${quote('key')} in (${list})`,
  )
}

/** A part of a JSON text, and how it stands where such a text is a text in JSON itself, as in `more_fields`. */
function alsoWithin(json: string): readonly string[] {
  return [...new Set([json, inJson(json)])]
}

interface Sought {
  /** In fields with texts, by a condition that takes the numbers of their parameters; true, or false or null. */
  readonly texts: readonly string[]
  readonly holdsText: (told: string, places: readonly number[]) => string
  /** What appears in the text of a JSON value. */
  readonly jsons: readonly string[]
}

/** A parameter that no condition names is an error to some warehouses. */
function keysWhere(input: EraseInput, { texts, holdsText, jsons }: Sought): Statement | null {
  const { dialect, tables, fields } = input
  const key = dialect.quote('_key')
  const [ofText, ofJson] = [fields.filter(isText), fields.filter(isJson)]
  if (ofText.length + ofJson.length === 0) return null
  const inTexts = ofText.length === 0 ? [] : spellings(texts)
  const inJsons = ofJson.length === 0 ? [] : spellings(jsons)
  const textPlaces = inTexts.map((_, index) => index + 1)
  const jsonPlaces = inJsons.map((_, index) => inTexts.length + index + 1)
  const from = (table: TableName, told: (field: FieldColumn) => string): string => {
    const conditions = [
      ...ofText.map((field) => holdsText(told(field), textPlaces)),
      ...ofJson.map((field) => anyAppears(dialect, told(field), jsonPlaces)),
    ]
    return `select t.${key} as ${key} from ${tableReference(dialect, table)} as t where ${conditions.join(' or ')}`
  }
  const column = ({ name }: FieldColumn): string => `t.${dialect.quote(name)}`
  const native = (field: FieldColumn): string => dialect.canonicalText(column(field), field)
  const all = [
    from(tables.changes, (field) => wrappedText(column(field))),
    from(tables.past, native),
    from(tables.latest, native),
  ]
  return {
    text: `select ${key} from (${all.join(' union all ')}) as k group by ${key} order by ${key}`,
    parameters: [...inTexts, ...inJsons],
  }
}

/** As they are, and in lower case: where a database knows no letters but those of ASCII, it lowers no others. */
function spellings(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => [text, text.toLowerCase()]))]
}

function anyAppears(dialect: Dialect, told: string, places: readonly number[]): string {
  return places
    .flatMap((place) => [appearsAsIs(dialect, told, place), appears(dialect, told, place)])
    .join(' or ')
}

/** Whether the values are texts as people know them. */
function isText({ kind, isSource }: FieldColumn): boolean {
  return kind === 'text' && isSource !== true
}

function isJson({ kind, isSource }: FieldColumn): boolean {
  return kind === 'json' || kind === 'text_array' || isSource === true
}
