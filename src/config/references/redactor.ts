/**
 * Keeps secrets out of everything that is shown (promise 8): each known secret is replaced in any
 * text, also in the forms that URLs, JSON and Basic authentication give it.
 */
import { postgresUrl } from '../../model/postgres-url.ts'

/** Shorter values would blank out innocent text everywhere. */
const shortest = 4
/** A piece of a longer secret must be long enough to be nothing else. */
const shortestPiece = 12
/** A word or a number, such as "token" or "1234", is found inside others that have nothing to do with it. */
const ordinary = /^(?:\p{L}+|\p{N}+)$/u
/** Where a word begins: after an escape of JSON or of a URL, too, whose last letter is none of the word's. */
const wordStart = String.raw`(?<=^|[^\p{L}\p{N}_]|%[\dA-Fa-f]{2}|\\[bfnrt]|\\u[\dA-Fa-f]{4})`
const wordEnd = String.raw`(?![\p{L}\p{N}_])`

export class Redactor {
  readonly #forms = new Set<string>()
  #pattern: RegExp | null = null

  add(secret: string): void {
    const before = this.#forms.size
    for (const form of formsOf(secret)) if (form.length >= shortest) this.#forms.add(form)
    if (this.#forms.size === before) return
    // Longest first: a secret that begins with another must vanish whole.
    const longestFirst = [...this.#forms].toSorted((a, b) => b.length - a.length)
    this.#pattern = new RegExp(longestFirst.map(patternOf).join('|'), 'gu')
  }

  redact(text: string): string {
    return this.#pattern === null ? text : text.replaceAll(this.#pattern, '***')
  }
}

/** What is short and ordinary is replaced where it stands alone, and leaves `run_token` readable. */
function patternOf(form: string): string {
  const escaped = form.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const standsAlone = form.length < shortestPiece && ordinary.test(form)
  return standsAlone ? `${wordStart}${escaped}${wordEnd}` : escaped
}

function formsOf(secret: string): string[] {
  if (secret.length < shortest) return []
  const forms = [secret, ...encodedForms(secret)]
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= shortestPiece)
  if (lines.length > 1) for (const line of lines) forms.push(line, ...encodedForms(line))
  const password = passwordOf(secret)
  if (password !== null) for (const one of password) forms.push(one, ...encodedForms(one))
  return forms
}

function encodedForms(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1)
  const url = encodeURIComponent(secret.toWellFormed())
  return [
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    ...base64Forms(secret),
  ]
}

/** On its own, and the unchanging middle of what it gives inside a longer text (`id:secret`). */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  const whole = [bytes.toString('base64'), bytes.toString('base64url')]
  const unpadded = whole[0]?.replace(/=+$/, '') ?? ''
  const inside = [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
    const start = before === 0 ? 0 : 4
    const end = Math.floor(text.length / 3) * 4
    const middle = text.toString('base64').slice(start, end)
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')]
  })
  return [...whole, unpadded, ...inside.filter((piece) => piece.length >= shortestPiece)]
}

/** A connection URL's password appears alone in drivers' messages. */
function passwordOf(secret: string): readonly string[] | null {
  const encoded = postgresUrl(secret)?.password ?? ''
  if (encoded.length < shortest) return null
  try {
    return [encoded, decodeURIComponent(encoded)]
  } catch {
    return [encoded]
  }
}
