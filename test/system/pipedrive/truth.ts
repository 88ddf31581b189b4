/** The CRM's own truth at every write: what its log says that each record was. */
import { counters, type Kept, ownTexts, type Table, tables, type Texts } from './columns.ts'

/** An entry of the local CRM's log; objects are named as in events. */
export interface Write {
  readonly seq: number
  readonly at: number
  readonly object: string
  readonly id: string
  readonly kind: string
  readonly after: Kept | null
  readonly mergedTo?: string
}

export function tableOf(object: string): Table | null {
  return tables.find((table) => table === `${object}s`) ?? null
}

type Records = ReadonlyMap<string, Kept>

/** Goes forward through the log, and never back. */
export class Truth {
  readonly #records = new Map<Table, Map<string, Kept>>()
  readonly #writes: readonly Write[]
  #next = 0
  #counted: ReadonlyMap<string, number> | null = null

  constructor(before: Readonly<Record<string, readonly Kept[]>>, writes: readonly Write[]) {
    this.#writes = writes
    for (const table of tables) {
      const records = before[table.slice(0, -1)] ?? []
      this.#records.set(table, new Map(records.map((record) => [record.id, record])))
    }
  }

  /** To the state after the write of this number. */
  advance(seq: number): void {
    for (let write = this.#writes[this.#next]; write !== undefined && write.seq <= seq; ) {
      const table = tableOf(write.object)
      if (table !== null && write.after !== null) {
        this.#records.get(table)?.set(write.id, write.after)
      }
      this.#next += 1
      write = this.#writes[this.#next]
      this.#counted = null
    }
  }

  of(table: Table): Records {
    return this.#records.get(table) ?? new Map()
  }

  /** Every column of the record as an answer shows it now. */
  texts(table: Table, record: Kept): Texts {
    const counted = counters[table].map((name) => [
      name,
      String(this.#counts().get(`${table} ${name} ${record.id}`) ?? 0),
    ])
    return { ...ownTexts(table, record), ...Object.fromEntries(counted) }
  }

  #counts(): ReadonlyMap<string, number> {
    if (this.#counted !== null) return this.#counted
    const counts = new Map<string, number>()
    const add = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)
    for (const { deletedAt, values } of this.of('persons').values()) {
      if (deletedAt === null) add(`organizations people_count ${String(values['org_id'])}`)
    }
    for (const { deletedAt, values } of this.of('deals').values()) {
      if (deletedAt !== null) continue
      const status = String(values['status'])
      add(`organizations ${status}_deals_count ${String(values['org_id'])}`)
      add(`persons ${status}_deals_count ${String(values['person_id'])}`)
    }
    this.#counted = counts
    return counts
  }
}
