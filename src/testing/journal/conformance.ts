/** What the cases of the journal's conformance suite are made of. */
import type { Journal, JournalEntry, StoredEntry } from '../../journal/journal.ts'
import type { Case } from '../declare-cases.ts'

/** Where one case's journal lives: new and empty, and the case's alone. */
export interface JournalPlace {
  /** Opens the journal there; the place closes what a case leaves open. */
  open(): Promise<Journal>
  /** Opens it as another process would: nothing is shared with the other openings. */
  openApart(): Promise<Journal>
  /** Opens it with room for at least 100 KB and at most 20 MB of bodies, as if the disk had no more. */
  openSmall(): Promise<Journal>
  /** A target for `backup` that does not exist yet, and how to open what is then there. */
  readonly backup: { readonly target: string; open(): Promise<Journal> }
  /** Another process in the middle of an append to the opened journal: done, and not yet committed. */
  beginAppend(entry: JournalEntry): Promise<OpenAppend>
}

export interface OpenAppend {
  commit(): Promise<void>
  /** The process dies instead. */
  die(): Promise<void>
}

export type JournalCase = Case<JournalPlace>

export const noon = Date.UTC(2024, 0, 31, 12)
/** More than any case appends. */
export const everything = { entries: 1e6, bytes: 1e9 }

export function entry(text: string, more: Partial<JournalEntry> = {}): JournalEntry {
  return {
    connection: 'crm',
    receivedAt: noon,
    headers: { 'content-type': 'application/json' },
    source: null,
    body: Buffer.from(text),
    ...more,
  }
}

export function textOf({ body }: JournalEntry): string {
  return Buffer.from(body).toString()
}

export async function texts(journal: Journal): Promise<readonly string[]> {
  return (await journal.read(0, everything)).map(textOf)
}

/** Reads on from what it has, as the loader does. */
export async function follow(
  journal: Journal,
  seen: readonly StoredEntry[],
): Promise<readonly StoredEntry[]> {
  return [...seen, ...(await journal.read(seen.at(-1)?.position ?? 0, everything))]
}
