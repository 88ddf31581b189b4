/** What readers of webhooks share: the body's text, and events that are no change. */
import type { DecodedEvent } from './source.ts'

/** Null for bytes that are no UTF-8. */
export function bodyText(body: string | Uint8Array): string | null {
  if (typeof body === 'string') return body
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return null
  }
}

/** `word` is what of the body the reason is about; null where nothing is there. */
export function unreadable(reason: string, word: string | null = null): DecodedEvent {
  return { state: 'unreadable', reason, ...(word === null ? {} : { word }) }
}

export function irrelevant(reason: string): DecodedEvent & { readonly state: 'irrelevant' } {
  return { state: 'irrelevant', reason }
}
