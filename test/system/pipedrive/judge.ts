/**
 * What the warehouse must hold, and what each reconcile must report, worked out from the CRM's side alone: its log of
 * writes, which webhooks were answered by when, and which answers showed which records. Shares no code with src/.
 */
import { historyOf, type OracleChange, type OracleVersion } from '../../history/oracle.ts'
import { wronglyListed } from './changed-since.ts'
import {
  columnNames,
  type Kept,
  ofEachTable,
  ownTexts,
  type Table,
  tables,
  type Texts,
} from './columns.ts'
import type { Shown } from './recorder.ts'
import { Truth, tableOf, type Write } from './truth.ts'

/** An event of the local CRM, as far as it matters here. */
export interface Told {
  readonly seq: number
  /** The write that it tells of. */
  readonly write: number
  readonly action: string
  readonly payload: { readonly meta: { readonly id: string } }
}

/**
 * One time that the warehouse took something in: what had been answered by then, and what the CRM showed. Reads are of
 * everything, or of what changed since the read before.
 */
export interface Pass {
  readonly kind: 'load' | Reading
  readonly answered: ReadonlySet<number>
  readonly shown: readonly Shown[]
}

type Reading = 'whole' | 'incremental'

export interface Evidence {
  readonly before: Readonly<Record<string, readonly Kept[]>>
  readonly writes: readonly Write[]
  readonly events: readonly Told[]
  readonly passes: readonly Pass[]
}

export interface Drift {
  readonly created: number
  readonly changed: number
  readonly deleted: number
  readonly withheld: number
  readonly fields: Readonly<Record<string, number>>
}

/** Drift by table. */
export type Report = Readonly<Record<Table, Drift>>

export interface Verdict {
  /** One for each read, the first one included. */
  readonly reports: readonly Report[]
  readonly versions: Readonly<Record<Table, readonly OracleVersion[]>>
  /** Writes that somebody told or showed: `seq`. */
  readonly seen: ReadonlySet<number>
  /** When reads asked, as far as the CRM's side knows: by table and key. */
  readonly askedAt: ReadonlyMap<string, readonly number[]>
}

/** What a read found of a record. */
interface Row {
  readonly key: string
  readonly record: Kept
  readonly texts: Texts
  /** By the CRM's clock. */
  readonly at: number
}

interface Known {
  readonly isOpen: boolean
  readonly isDirty: boolean
  /** When the last thing happened that is known of it. */
  readonly through: string | null
  readonly texts: Texts
  /** Columns that anybody told of. */
  readonly told: ReadonlySet<string>
}

export function judge(evidence: Evidence): Verdict {
  const judging = new Judging(evidence)
  for (const pass of evidence.passes) judging.take(pass)
  return judging.verdict()
}

class Judging {
  readonly #events: readonly Told[]
  readonly #writes: ReadonlyMap<number, Write>
  readonly #truth: Truth
  readonly #changes = new Map(tables.map((table) => [table, new Map<string, OracleChange[]>()]))
  readonly #loaded = new Set<number>()
  readonly #seen = new Set<number>()
  readonly #lastWrite = new Map<Kept, number>()
  readonly #askedAt = new Map<string, number[]>()
  /** When the last read of a table began. */
  readonly #readAt = new Map<Table, number>()
  readonly #reports: Report[] = []
  #passes = 0

  constructor({ before, writes, events }: Evidence) {
    this.#events = events
    this.#writes = new Map(writes.map((write) => [write.seq, write]))
    this.#truth = new Truth(before, writes)
    for (const { seq, after } of writes) if (after !== null) this.#lastWrite.set(after, seq)
  }

  take({ kind, answered, shown }: Pass): void {
    this.#passes += 1
    for (const event of this.#events) {
      if (!answered.has(event.seq) || this.#loaded.has(event.seq)) continue
      this.#loaded.add(event.seq)
      this.#learn(event)
    }
    const byTable = Map.groupBy(shown, ({ table }) => table)
    if (kind === 'load') {
      for (const answer of shown) this.#fetch(answer)
    } else {
      const report = ofEachTable((table) => this.#read(kind, table, byTable.get(table) ?? []))
      this.#reports.push(report)
    }
  }

  verdict(): Verdict {
    const versions = ofEachTable((table) => {
      const changes = [...(this.#changes.get(table)?.values() ?? [])].flat()
      return historyOf(changes, columnNames(table))
    })
    return { reports: this.#reports, versions, seen: this.#seen, askedAt: this.#askedAt }
  }

  #learn(event: Told): void {
    const write = this.#writes.get(event.write)
    const table = write === undefined ? null : tableOf(write.object)
    if (write === undefined || table === null) return
    const change = toldChange(table, event, write)
    if (change === null) return
    this.#seen.add(write.seq)
    this.#add(table, change)
  }

  /** Records in doubt are asked for while webhooks are loaded. */
  #fetch({ table, asked, ids, at, seq }: Shown): void {
    this.#truth.advance(seq)
    for (const key of asked ?? ids) {
      const known = this.#known(table, key)
      if (asked === null && !known.isDirty) continue
      const row = this.#row(table, key, at)
      if (row !== null) this.#compare(table, row, known)
    }
  }

  #read(kind: Reading, table: Table, shown: readonly Shown[]): Drift {
    const [first] = shown
    if (first === undefined) throw new Error(`${table} were not read`)
    this.#truth.advance(first.seq)
    const atStart = new Map(this.#truth.of(table))
    const rows = new Map<string, Row>()
    const asked = new Set<string>()
    for (const answer of shown) {
      this.#truth.advance(answer.seq)
      for (const key of answer.asked ?? answer.ids) {
        if (answer.asked !== null) asked.add(key)
        const row = this.#row(table, key, answer.at)
        if (row !== null) rows.set(key, row)
      }
    }
    if (kind === 'whole') this.#requireAsked(table, rows, asked, askedAt(first.at))
    else this.#requireListed(table, atStart, new Set(rows.keys()))
    this.#readAt.set(table, first.at)
    const found = [...rows.values()].map((row) => {
      const known = this.#known(table, row.key)
      return this.#compare(table, row, known)
    })
    return driftOf(found.filter((one) => one !== null))
  }

  /** What is open, and in no page, and not newer than the read, must have been asked for, and nothing else. */
  #requireAsked(
    table: Table,
    rows: ReadonlyMap<string, Row>,
    asked: ReadonlySet<string>,
    startedAt: string,
  ): void {
    for (const key of this.#changes.get(table)?.keys() ?? []) {
      if (rows.has(key) && !asked.has(key)) continue
      const { isOpen, through } = this.#known(table, key)
      const mustAsk = isOpen && through !== null && through < startedAt
      if (mustAsk !== asked.has(key)) {
        throw new Error(`${table} ${key} was ${mustAsk ? 'not ' : ''}asked for by its id`)
      }
    }
  }

  #requireListed(
    table: Table,
    atStart: ReadonlyMap<string, Kept>,
    shown: ReadonlySet<string>,
  ): void {
    const since = this.#readAt.get(table) ?? 0
    const atEnd = this.#truth.of(table)
    const [wrong] = wronglyListed({ table, since, atStart, atEnd, shown })
    if (wrong !== undefined) throw new Error(wrong)
  }

  #row(table: Table, key: string, at: number): Row | null {
    const record = this.#truth.of(table).get(key)
    if (record === undefined) return null
    const seq = this.#lastWrite.get(record)
    if (seq !== undefined) this.#seen.add(seq)
    const place = `${table} ${key}`
    this.#askedAt.set(place, [...(this.#askedAt.get(place) ?? []), at])
    return { key, record, at, texts: this.#truth.texts(table, record) }
  }

  /** Gives what differed; null for nothing. */
  #compare(table: Table, { key, record, at, texts }: Row, known: Known): Difference | null {
    const observedAt = askedAt(at)
    // What is known of it is newer than the answer.
    if (known.through !== null && known.through > observedAt) return null
    const isGone = record.deletedAt !== null
    if (isGone && !known.isOpen && !known.isDirty) return null
    const isWhole = !known.isOpen || known.isDirty
    const names = Object.keys(texts)
    const differing = names.filter(
      (name) => known.told.has(name) && texts[name] !== known.texts[name],
    )
    // What nobody had told of, as no webhook tells counters, completes what is known.
    const isNothing = differing.length === 0 && names.every((name) => known.told.has(name))
    if (!isGone && !isWhole && isNothing) return null
    const changedAt = record.updatedAt ?? record.addedAt
    // More may have happened in the second that was under way: what the read saw comes before that.
    const isOver = observedAt >= endOf(changedAt)
    const changed = isOver ? endOf(changedAt) : beginOf(changedAt)
    const isNews = known.through === null || changed > known.through
    // A second that was told of whole does not explain what differs from that.
    const isTold = known.through !== null && beginOf(changedAt) <= known.through
    const isExplained = isNews && (known.isDirty || !isTold)
    if (!isOver && !isExplained) return null
    const unexplainedAt = observedAt > endOf(changedAt) ? observedAt : beginOf(changedAt + 1_000)
    this.#add(table, {
      id: `pass ${this.#passes} ${key} ${at}`,
      key,
      op: isGone ? 'delete' : 'read',
      partial: !isGone && !isWhole,
      eventAt: isExplained ? changed : unexplainedAt,
      shownAt: isExplained ? beginOf(changedAt) : unexplainedAt,
      rank: isOver ? 1 : -1,
      sequence: 0,
      observedAt,
      mergedInto: null,
      // It knows all that it saw, not only what was new: something older may arrive later.
      fields: isGone ? {} : texts,
    })
    if (isGone) return { how: 'deleted', fields: [] }
    if (isWhole) return { how: known.isOpen ? 'changed' : 'created', fields: [] }
    return { how: differing.length === 0 ? 'completed' : 'changed', fields: differing }
  }

  #known(table: Table, key: string): Known {
    const changes = this.#changes.get(table)?.get(key) ?? []
    const names = columnNames(table)
    const last = historyOf(changes, names).at(-1)
    const through = changes.reduce<string | null>(
      (latest, { eventAt }) => (latest === null || eventAt > latest ? eventAt : latest),
      null,
    )
    return {
      isOpen: last !== undefined && last.end === null,
      isDirty: last?.dirty ?? false,
      told: new Set(changes.flatMap(({ fields }) => Object.keys(fields))),
      through,
      texts: Object.fromEntries(names.map((name, at) => [name, last?.values[at] ?? null])),
    }
  }

  #add(table: Table, change: OracleChange): void {
    const ofTable = this.#changes.get(table)
    const own = ofTable?.get(change.key)
    if (own === undefined) ofTable?.set(change.key, [change])
    else own.push(change)
  }
}

/** What the webhook of a write tells; null where there is nothing left of the record. */
export function toldChange(
  table: Table,
  { action, payload }: Pick<Told, 'action' | 'payload'>,
  { after, at, id, kind, mergedTo }: Write,
): OracleChange | null {
  if (after === null) return null
  const isEnd = action === 'delete'
  // A deletion has no data, and so no time but that of its telling.
  const happenedAt = beginOf(isEnd ? at : (after.updatedAt ?? at))
  return {
    id: payload.meta.id,
    key: id,
    op: isEnd ? (mergedTo === undefined ? 'delete' : 'merge') : opOf(kind),
    partial: false,
    eventAt: happenedAt,
    shownAt: happenedAt,
    rank: 0,
    sequence: at,
    observedAt: instant(at),
    mergedInto: mergedTo ?? null,
    fields: isEnd ? {} : ownTexts(table, after),
  }
}

interface Difference {
  /** What only completes a version is no drift. */
  readonly how: 'created' | 'changed' | 'completed' | 'deleted'
  readonly fields: readonly string[]
}

function driftOf(found: readonly Difference[]): Drift {
  const count = (how: Difference['how']): number => found.filter((one) => one.how === how).length
  const fields: Record<string, number> = {}
  for (const name of found.flatMap((one) => one.fields)) fields[name] = (fields[name] ?? 0) + 1
  return {
    created: count('created'),
    changed: count('changed'),
    deleted: count('deleted'),
    withheld: 0,
    fields,
  }
}

function opOf(kind: string): OracleChange['op'] {
  return kind === 'create' || kind === 'restore' ? kind : 'update'
}

/** Canonical instants. */
export function instant(at: number): string {
  return new Date(at).toISOString().replace('Z', '000Z')
}

export function beginOf(at: number): string {
  return `${instant(at).slice(0, 19)}.000000Z`
}

export function endOf(at: number): string {
  return `${instant(at).slice(0, 19)}.999999Z`
}

/** `Date` has whole seconds, which may have been cut or rounded; what the answer took is less than nothing here. */
export function askedAt(at: number): string {
  return instant(Math.floor(at / 1_000) * 1_000 - 1_001)
}
