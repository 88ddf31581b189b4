/** Cuts SOQL into tokens. */
import { malformed } from './malformed.ts'

export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'date' | 'datetime' | 'sign' | 'end'
  /** Texts without their quotes and escapes. */
  readonly text: string
  /** Where it begins, from 0. */
  readonly at: number
}

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['datetime', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/iy],
  ['date', /\d{4}-\d\d-\d\d(?![\dT])/iy],
  ['number', /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/iy],
  ['word', /[a-z_]\w*(?:\.[a-z_]\w*)*/iy],
  ['sign', /<=|>=|!=|<>|[=<>(),:]/y],
]

export function tokensOf(soql: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    while (/\s/.test(soql[at] ?? '')) at += 1
    if (at >= soql.length) return [...tokens, { kind: 'end', text: '', at }]
    const found = soql[at] === "'" ? quoted(soql, at) : plain(soql, at)
    tokens.push(found.token)
    at = found.next
  }
}

function plain(soql: string, at: number): { token: Token; next: number } {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const found = pattern.exec(soql)?.[0]
    if (found !== undefined) return { token: { kind, text: found, at }, next: at + found.length }
  }
  throw malformed(soql, at, `unexpected token: '${soql[at] ?? ''}'`)
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
}

/** `\_` and `\%` keep their backslash: only LIKE knows what they mean. */
function quoted(soql: string, start: number): { token: Token; next: number } {
  let text = ''
  let at = start + 1
  while (at < soql.length) {
    const letter = soql[at] ?? ''
    if (letter === "'") return { token: { kind: 'text', text, at: start }, next: at + 1 }
    if (letter !== '\\') {
      text += letter
      at += 1
      continue
    }
    const next = soql[at + 1] ?? ''
    const plainText = escapes[next.toLowerCase()]
    if (plainText === undefined && next !== '_' && next !== '%') {
      throw malformed(soql, at, `invalid string literal: illegal character sequence '\\${next}'`)
    }
    text += plainText ?? `\\${next}`
    at += 2
  }
  throw malformed(soql, start, 'unterminated string literal')
}
