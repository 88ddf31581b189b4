/** The state of one Pipedrive account: everything the API reads and writes, and nothing of HTTP. */
import { randomUuid } from '../../random.ts'
import { WriteLog } from '../../write-log.ts'
import { FieldStore } from './field-store.ts'
import { type ObjectName, objects } from '../wire/objects.ts'
import { RecordTable, type StoredRecord } from './records.ts'
import { SearchIndex } from './search-index.ts'
import { Tokens } from './tokens.ts'
import type { Json } from '../../json.ts'
import type { Webhook } from './webhook.ts'
import type { CompanyLog, Origin, WriteKind } from './write-log.ts'

export interface CompanySettings {
  readonly companyId: number
  readonly domain: string
  readonly timeZone: string
  readonly keepLog: boolean
  readonly random: () => number
}

/** What a person saved under a name: all of these values. */
export interface SavedFilter {
  readonly id: number
  readonly object: ObjectName
  readonly equals: Readonly<Record<string, Json>>
}

/** A write that was made; `seq` is that of its entry in the log. */
export interface MadeWrite {
  readonly seq: number
  readonly object: ObjectName
  readonly kind: WriteKind
  readonly before: StoredRecord | null
  readonly after: StoredRecord | null
  readonly origin: Origin
}

const deletedLifeMs = 30 * 86_400_000

export class Company {
  readonly id: number
  readonly domain: string
  readonly timeZone: string
  readonly tokens: Tokens
  readonly log: CompanyLog
  readonly fields = new FieldStore()
  readonly search: SearchIndex
  readonly filters = new Map<string, SavedFilter>()
  readonly webhooks = new Map<string, Webhook>()
  /** Told of every write that was made. */
  onWrite: ((write: MadeWrite) => void) | null = null
  readonly lastIds = new Map<string, number>()
  readonly #tables: ReadonlyMap<ObjectName, RecordTable>
  readonly #random: () => number
  #nextPurge = Infinity

  constructor(settings: CompanySettings) {
    this.id = settings.companyId
    this.domain = settings.domain
    this.timeZone = settings.timeZone
    this.#random = settings.random
    this.tokens = new Tokens(settings.random)
    this.log = new WriteLog(settings.keepLog)
    this.search = new SearchIndex((object) => this.table(object).all())
    this.#tables = new Map(objects.map((object) => [object, new RecordTable()]))
  }

  table(object: ObjectName): RecordTable {
    const table = this.#tables.get(object)
    if (table === undefined) throw new Error(`no table of ${object}`)
    return table
  }

  /** The next number of a kind of thing; leads have ids without an order. */
  newId(kind: string): string {
    if (kind === 'lead') return randomUuid(this.#random)
    const id = (this.lastIds.get(kind) ?? 0) + 1
    this.lastIds.set(kind, id)
    return String(id)
  }

  /** The code of a new custom field: 40 digits that mean nothing anywhere else. */
  newHash(): string {
    const digit = () => Math.floor(this.#random() * 16).toString(16)
    return Array.from({ length: 40 }, digit).join('')
  }

  /** Keeps new ids above one that came from outside. */
  claimId(kind: string, id: string): void {
    const number = Number(id)
    if (!Number.isNaN(number)) {
      this.lastIds.set(kind, Math.max(this.lastIds.get(kind) ?? 0, number))
    }
  }

  /** Makes a write real and remembers it. */
  write(
    object: ObjectName,
    kind: WriteKind,
    before: StoredRecord | null,
    after: StoredRecord | null,
    origin: Origin,
  ): void {
    if (after !== null) this.put(object, after)
    else if (before !== null) this.table(object).remove(before.id)
    const { id = '' } = after ?? before ?? {}
    this.search.changed(object, id, before, origin.at)
    const seq = this.log.mark()
    this.log.add(object, kind, before, after, origin)
    this.onWrite?.({ seq, object, kind, before, after, origin })
  }

  /** Stores a record as if it had always been there. */
  put(object: ObjectName, record: StoredRecord): void {
    this.table(object).put(record)
    const { deletedAt } = record
    if (deletedAt !== null) this.#nextPurge = Math.min(this.#nextPurge, deletedAt + deletedLifeMs)
  }

  /** Takes a custom field away, and its values with it; leads lose them with deals. */
  dropField(object: ObjectName, code: string): void {
    this.fields.remove(object, code)
    for (const holder of object === 'deal' ? (['deal', 'lead'] as const) : [object]) {
      for (const record of this.table(holder).all()) {
        const { [code]: value, ...values } = record.values
        if (value !== undefined) this.table(holder).put({ ...record, values })
      }
    }
  }

  /** What was deleted 30 days ago is gone for good. */
  purge(now: number): void {
    if (now < this.#nextPurge) return
    this.#nextPurge = Infinity
    for (const [object, table] of this.#tables) {
      for (const record of table.all()) {
        const purgedAt = (record.deletedAt ?? Infinity) + deletedLifeMs
        if (purgedAt > now) this.#nextPurge = Math.min(this.#nextPurge, purgedAt)
        else this.write(object, 'purge', record, null, systemOrigin(purgedAt))
      }
    }
  }
}

/** What Pipedrive does by itself. */
export function systemOrigin(at: number): Origin {
  return { at, source: 'system', requestId: null, userId: null }
}
