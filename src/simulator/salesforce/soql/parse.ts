/** Reads SOQL by recursive descent: one function per rule of the grammar that the local Salesforce knows. */
import { malformed } from './malformed.ts'
import { parseCondition } from './parse-condition.ts'
import type { Condition, FieldPath, Order, Query } from './syntax.ts'
import { TokenReader } from './token-reader.ts'

export function parseSoql(soql: string): Query {
  const reader = new TokenReader(soql)
  reader.expectWord('select')
  const fields = selected(reader)
  reader.expectWord('from')
  const object = reader.name()
  const where = reader.takeWord('where') ? parseCondition(reader) : null
  refuseGrouping(reader)
  const orderBy = reader.takeWord('order') ? orders(reader) : []
  const limit = reader.takeWord('limit') ? reader.wholeNumber() : null
  const offset = reader.takeWord('offset') ? reader.wholeNumber() : 0
  if (reader.takeWord('for')) reader.name()
  reader.expectEnd()
  return { fields, object, where, orderBy, limit, offset }
}

/** A condition by itself, as rules are written. */
export function parseSoqlCondition(text: string): Condition {
  const reader = new TokenReader(text)
  const condition = parseCondition(reader)
  reader.expectEnd()
  return condition
}

function selected(reader: TokenReader): readonly FieldPath[] | null {
  if (reader.takeWord('count')) {
    reader.expectSign('(')
    reader.expectSign(')')
    return null
  }
  const fields: FieldPath[] = []
  do {
    if (reader.isSign('(')) throw reader.unsupported('subqueries are')
    const path = reader.path()
    if (reader.isSign('(')) throw reader.unsupported(`the function ${path.join('.')} is`)
    fields.push(path)
  } while (reader.takeSign(','))
  return fields
}

function refuseGrouping(reader: TokenReader): void {
  for (const word of ['with', 'group', 'having']) {
    if (reader.isWord(word)) throw reader.unsupported(`${word.toUpperCase()} is`)
  }
}

function orders(reader: TokenReader): readonly Order[] {
  reader.expectWord('by')
  const found: Order[] = []
  do {
    const path = reader.path()
    const descending = reader.takeWord('desc')
    if (!descending) reader.takeWord('asc')
    const nullsLast = reader.takeWord('nulls') ? isLast(reader) : false
    found.push({ path, descending, nullsLast })
  } while (reader.takeSign(','))
  return found
}

function isLast(reader: TokenReader): boolean {
  if (reader.takeWord('last')) return true
  if (reader.takeWord('first')) return false
  throw malformed(reader.soql, reader.at, "expecting 'first' or 'last'")
}
