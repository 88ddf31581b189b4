/** The CRM's dump and write log made easy to ask: who holds what, since when, by whose hand. */
import type { HubSpotDump } from '../../src/simulator/hubspot/state.ts'
import type { WriteLogEntry } from '../../src/simulator/hubspot/write-log.ts'
import type { Values } from './evidence.ts'

export interface FieldWrite {
  readonly at: number
  readonly seq: number
  /** Whose hand, and for an API call when it was sent, which may be before it was applied. */
  readonly source: 'api' | 'person' | 'system'
  readonly sentAt: number
  readonly kind: WriteLogEntry['kind']
  readonly before: string | null
  readonly after: string | null
}

const contacts = '0-1'

export class PortalStory {
  readonly records = new Map<string, Values>()
  readonly archived = new Set<string>()
  readonly log: readonly WriteLogEntry[]
  readonly #redirects: Readonly<Record<string, string>>
  readonly #writes = new Map<string, FieldWrite[]>()
  readonly #createdBy = new Map<string, WriteLogEntry['source']>()

  constructor(dump: HubSpotDump) {
    for (const { id, properties, archivedAt } of dump.state.records[contacts] ?? []) {
      if (id === undefined) continue
      if ((archivedAt ?? null) !== null) this.archived.add(id)
      else this.records.set(id, properties)
    }
    this.#redirects = dump.state.redirects[contacts] ?? {}
    this.log = dump.log.filter((entry) => entry.object === contacts)
    const sent = new Map(
      dump.faults
        .filter(({ kind }) => kind === 'apply_late')
        .map(({ requestId, at }) => [requestId, at]),
    )
    for (const entry of this.log) this.#note(entry, sent.get(entry.requestId ?? '') ?? entry.at)
  }

  #note(entry: WriteLogEntry, sentAt: number): void {
    if (entry.kind === 'create') this.#createdBy.set(entry.id, entry.source)
    for (const [field, [before, after]] of Object.entries(entry.changes)) {
      const key = `${entry.id} ${field}`
      const writes = this.#writes.get(key) ?? []
      const { at, seq, source, kind } = entry
      writes.push({ at, seq, source, sentAt, kind, before, after })
      this.#writes.set(key, writes)
    }
  }

  /** The id that `id` leads to after merges. */
  resolve(id: string): string {
    let current = id
    for (let next = this.#redirects[current]; next !== undefined; next = this.#redirects[current]) {
      current = next
    }
    return current
  }

  /** Every write that changed a field of a record, oldest first. */
  writes(id: string, field: string): readonly FieldWrite[] {
    return this.#writes.get(`${id} ${field}`) ?? []
  }

  endedByPerson(id: string): boolean {
    return this.log.some(
      (entry) =>
        entry.id === id &&
        entry.source === 'person' &&
        (entry.kind === 'archive' || entry.kind === 'purge'),
    )
  }

  createdByApi(id: string): boolean {
    return this.#createdBy.get(id) === 'api'
  }

  /** Live records that hold a value; an address may be one of a contact's others, too. */
  holders(field: string, value: string): readonly string[] {
    return [...this.records.keys()].filter((id) => this.held(id, field).includes(value))
  }

  /** What a live record holds in a field that identifies it: several values for addresses. */
  held(id: string, field: string): readonly string[] {
    const values = this.records.get(id) ?? {}
    const others = field === 'email' ? (values['hs_additional_emails'] ?? '').split(';') : []
    return [values[field] ?? '', ...others].filter((value) => value !== '')
  }
}
