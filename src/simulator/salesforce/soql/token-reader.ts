/** Walks through the tokens of a query and says what it found instead of what it wanted. */
import type { ApiError } from '../wire/api-error.ts'
import { malformed } from './malformed.ts'
import type { FieldPath } from './syntax.ts'
import { type Token, tokensOf } from './tokens.ts'

export class TokenReader {
  readonly soql: string
  readonly #tokens: readonly Token[]
  readonly #end: Token
  #next = 0

  constructor(soql: string) {
    this.soql = soql
    this.#tokens = tokensOf(soql)
    this.#end = { kind: 'end', text: '', at: soql.length }
  }

  get at(): number {
    return this.peek().at
  }

  peek(): Token {
    return this.#tokens[this.#next] ?? this.#end
  }

  take(): Token {
    const token = this.peek()
    this.#next += 1
    return token
  }

  isWord(word: string): boolean {
    const { kind, text } = this.peek()
    return kind === 'word' && text.toLowerCase() === word
  }

  takeWord(word: string): boolean {
    const found = this.isWord(word)
    if (found) this.#next += 1
    return found
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected(`expecting '${word}'`)
  }

  isSign(sign: string): boolean {
    const { kind, text } = this.peek()
    return kind === 'sign' && text === sign
  }

  takeSign(sign: string): boolean {
    const found = this.isSign(sign)
    if (found) this.#next += 1
    return found
  }

  expectSign(sign: string): void {
    if (!this.takeSign(sign)) throw this.unexpected(`expecting '${sign}'`)
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected('expecting the end')
  }

  name(): string {
    const { kind, text } = this.peek()
    if (kind !== 'word') throw this.unexpected('expecting a name')
    this.#next += 1
    return text
  }

  path(): FieldPath {
    return this.name().split('.')
  }

  wholeNumber(): number {
    const { kind, text } = this.peek()
    if (kind !== 'number' || !/^\d+$/.test(text)) throw this.unexpected('expecting a whole number')
    this.#next += 1
    return Number(text)
  }

  unexpected(wanted: string): ApiError {
    const { kind, text, at } = this.peek()
    const found = kind === 'end' ? 'unexpected end of the query' : `unexpected token: '${text}'`
    return malformed(this.soql, at, `${found}, ${wanted}`)
  }

  unsupported(what: string): ApiError {
    return malformed(this.soql, this.at, `${what} not known to the local Salesforce`)
  }
}
