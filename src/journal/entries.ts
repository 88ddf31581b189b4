/** The journal's statements, as values. */
import type { Store, StoreRow, StoreStatement, StoreValue } from '../store/store.ts'
import {
  type JournalEntry,
  type JournalExtent,
  ofNobody,
  type ReadLimit,
  type StoredEntry,
  type Waiting,
} from './journal.ts'

type Prefixed = Pick<Store, 'dialect'>

/** Texts of statements differ by their number of rows: few sizes, so that they stay prepared. */
const chunkSizes = [256, 64, 16, 4, 1] as const

/** One transaction that appends all of them, in order. */
export function appendBatch(
  { dialect: { prefix } }: Prefixed,
  entries: readonly JournalEntry[],
): readonly StoreStatement[] {
  const bytes = entries.reduce((sum, { body }) => sum + body.length, 0)
  // First of all, since it is what lets one appender after the other.
  const head: StoreStatement = {
    text: `update ${prefix}journal_head set last_position = last_position + $1, bytes = bytes + $2`,
    parameters: [entries.length, bytes],
    expectRows: 1,
  }
  const inserts: StoreStatement[] = []
  for (let at = 0; at < entries.length; ) {
    const left = entries.length - at
    const size = chunkSizes.find((one) => one <= left) ?? 1
    const parameters = entries
      .slice(at, at + size)
      .flatMap((entry, index) => rowOf(entry, left - 1 - index))
    inserts.push({ text: insertText(prefix, size), parameters })
    at += size
  }
  return [head, ...inserts]
}

/** `behind` is how many entries of the same append stand after this one. */
function rowOf(entry: JournalEntry, behind: number): readonly StoreValue[] {
  const { connection, receivedAt, headers, source, body } = entry
  return [behind, connection, receivedAt, JSON.stringify(headers), source, body]
}

const columns = 'position, connection, received_at, headers, source, body'
/** Of a row; the position is computed from the first. */
const width = 6

function insertText(prefix: string, rows: number): string {
  const last = `(select last_position from ${prefix}journal_head)`
  const tuples = Array.from({ length: rows }, (_, row) => {
    const first = row * width + 1
    const [behind, ...rest] = [0, 1, 2, 3, 4, 5].map((at) => `$${first + at}`)
    return `(${last} - ${behind}, ${rest.join(', ')})`
  })
  return `insert into ${prefix}journal_entries (${columns}) values ${tuples.join(', ')}`
}

export function readStatement(store: Prefixed, after: number, limit: ReadLimit): StoreStatement {
  const text = `select ${columns} from ${store.dialect.prefix}journal_entries
    where position in (${pageText(store)}) order by position`
  return { text, parameters: pageParameters({ after, through: Number.MAX_SAFE_INTEGER }, limit) }
}

export function storedEntry(row: StoreRow): StoredEntry {
  const { position, connection, received_at: receivedAt, headers, source, body } = row
  return {
    position: Number(position),
    connection: String(connection),
    receivedAt: Number(receivedAt),
    headers: JSON.parse(String(headers)) as Readonly<Record<string, string>>,
    source: source === null || source === undefined ? null : String(source),
    body: body as Uint8Array,
  }
}

/** Drops the first entries up to `through`; its last result has a row where more are left of them. */
export function forgetBatch(
  store: Prefixed,
  through: number,
  limit: ReadLimit,
): readonly StoreStatement[] {
  const { prefix, forUpdate } = store.dialect
  const entries = `${prefix}journal_entries`
  const page = { text: pageText(store), parameters: pageParameters({ after: 0, through }, limit) }
  return [
    // Appenders wait meanwhile, and another that forgets must not count the same bytes.
    { text: `select id from ${prefix}journal_head${forUpdate}`, parameters: [] },
    {
      text: `update ${prefix}journal_head set bytes = bytes - coalesce(
        (select sum(length(body)) from ${entries} where position in (${page.text})), 0)`,
      parameters: page.parameters,
    },
    {
      text: `delete from ${entries} where position in (${page.text})`,
      parameters: page.parameters,
    },
    {
      text: `select position from ${entries} where position <= $1 order by position limit 1`,
      parameters: [through],
    },
  ]
}

/** Empties the entries at these positions, of which there is at least one. */
export function eraseBatch(
  { dialect: { prefix, forUpdate } }: Prefixed,
  positions: readonly number[],
): readonly StoreStatement[] {
  const entries = `${prefix}journal_entries`
  const listed = (first: number): string =>
    `position in (${positions.map((_, index) => `$${first + index}`).join(', ')})`
  const nothing = [ofNobody, '{}', new Uint8Array(0)]
  return [
    // As for those that forget.
    { text: `select id from ${prefix}journal_head${forUpdate}`, parameters: [] },
    {
      text: `update ${prefix}journal_head set bytes = bytes - coalesce(
        (select sum(length(body)) from ${entries} where ${listed(1)}), 0)`,
      parameters: positions,
    },
    {
      text: `update ${entries} set connection = $1, headers = $2, source = null, body = $3
        where ${listed(nothing.length + 1)}`,
      parameters: [...nothing, ...positions],
    },
  ]
}

/** Positions of the first entries of a range, as many as the limit admits and at least one. */
function pageText({ dialect: { prefix } }: Prefixed): string {
  return `select position from (
      select position, sum(size) over (order by position) - size as bytes_before from (
        select position, length(body) as size from ${prefix}journal_entries
        where position > $1 and position <= $2 order by position limit $3
      ) as sized
    ) as counted where bytes_before < $4`
}

function pageParameters(
  range: { readonly after: number; readonly through: number },
  limit: ReadLimit,
): readonly StoreValue[] {
  return [range.after, range.through, limit.entries, limit.bytes]
}

export function extentStatement({ dialect: { prefix } }: Prefixed): StoreStatement {
  const entries = `${prefix}journal_entries`
  return {
    text: `select last_position, bytes,
      (select min(position) from ${entries}) as first_position,
      (select received_at from ${entries} order by position limit 1) as oldest
      from ${prefix}journal_head`,
    parameters: [],
    expectRows: 1,
  }
}

export function extentOf(row: StoreRow | undefined): JournalExtent {
  const { last_position: last, bytes, first_position: first = null, oldest = null } = row ?? {}
  return {
    // Positions have no gap, and only the first ones are ever forgotten.
    entries: first === null ? 0 : Number(last) - Number(first) + 1,
    bytes: Number(bytes),
    oldest: oldest === null ? null : Number(oldest),
  }
}

export function waitingStatement(
  { dialect: { prefix } }: Prefixed,
  connection: string,
): StoreStatement {
  const text = `select count(*) as entries, min(received_at) as oldest
    from ${prefix}journal_entries where connection = $1`
  return { text, parameters: [connection], expectRows: 1 }
}

export function waitingOf({ entries = 0, oldest = null }: StoreRow = {}): Waiting {
  return { entries: Number(entries), oldest: oldest === null ? null : Number(oldest) }
}
