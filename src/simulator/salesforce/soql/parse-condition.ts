/** The WHERE clause. As in Salesforce, `and` and `or` on one level need parentheses to tell them apart. */
import { malformed } from './malformed.ts'
import { isDateRange } from './date-ranges.ts'
import { comparisons } from './syntax.ts'
import type { Condition, FieldPath, Literal } from './syntax.ts'
import type { TokenReader } from './token-reader.ts'

export function parseCondition(reader: TokenReader): Condition {
  const first = single(reader)
  const word = reader.isWord('and') ? 'and' : 'or'
  if (!reader.isWord(word)) return first
  const parts = [first]
  while (reader.takeWord(word)) parts.push(single(reader))
  if (reader.isWord('and') || reader.isWord('or')) {
    throw malformed(reader.soql, reader.at, "unexpected token: mix of 'and' and 'or'")
  }
  return { kind: word, parts }
}

function single(reader: TokenReader): Condition {
  if (reader.takeWord('not')) return { kind: 'not', part: single(reader) }
  if (reader.takeSign('(')) {
    const inner = parseCondition(reader)
    reader.expectSign(')')
    return inner
  }
  return comparison(reader, reader.path())
}

function comparison(reader: TokenReader, path: FieldPath): Condition {
  if (reader.isSign('(')) throw reader.unsupported(`the function ${path.join('.')} is`)
  if (reader.takeWord('like')) return { kind: 'like', path, pattern: textLiteral(reader) }
  if (reader.takeWord('in')) return inList(reader, path, false)
  if (reader.takeWord('not')) {
    reader.expectWord('in')
    return inList(reader, path, true)
  }
  for (const word of ['includes', 'excludes']) {
    if (!reader.takeWord(word)) continue
    const sets = list(reader).map((value) => (value.kind === 'text' ? value.text : ''))
    return { kind: 'includes', path, negated: word === 'excludes', sets }
  }
  const sign = reader.peek().text === '<>' ? '!=' : reader.peek().text
  const operator = comparisons.find((one) => one === sign)
  if (operator === undefined) throw reader.unexpected('expecting a comparison')
  reader.take()
  return { kind: 'compare', path, operator, value: literal(reader) }
}

function inList(reader: TokenReader, path: FieldPath, negated: boolean): Condition {
  return { kind: 'in', path, negated, values: list(reader) }
}

function list(reader: TokenReader): readonly Literal[] {
  reader.expectSign('(')
  if (reader.isWord('select')) throw reader.unsupported('subqueries are')
  const values: Literal[] = []
  do values.push(literal(reader))
  while (reader.takeSign(','))
  reader.expectSign(')')
  return values
}

function textLiteral(reader: TokenReader): string {
  const token = reader.peek()
  if (token.kind !== 'text') throw reader.unexpected('expecting a text')
  return reader.take().text
}

function literal(reader: TokenReader): Literal {
  const { kind, text, at } = reader.peek()
  switch (kind) {
    case 'text':
    case 'number':
    case 'date':
    case 'datetime':
      reader.take()
      return { kind, text }
    case 'word':
      reader.take()
      return wordLiteral(reader, text.toUpperCase(), at)
    case 'sign':
    case 'end':
      throw reader.unexpected('expecting a value')
    default: {
      const unreachable: never = kind
      return unreachable
    }
  }
}

function wordLiteral(reader: TokenReader, word: string, at: number): Literal {
  if (word === 'NULL') return { kind: 'null' }
  if (word === 'TRUE' || word === 'FALSE') return { kind: 'boolean', value: word === 'TRUE' }
  if (!isDateRange(word)) throw malformed(reader.soql, at, `unexpected token: '${word}'`)
  const days = reader.takeSign(':') ? reader.wholeNumber() : 0
  return { kind: 'range', name: word, days }
}
