/** Rows side by side: those that there must be, and those that there are, in the same form and order. */
import type { OracleVersion } from '../../history/oracle.ts'
import { columnNames, counters, type Kept, ownTexts, type Table, type Texts } from './columns.ts'
import type { Held, HeldVersion } from './held.ts'
import { askedAt, type Evidence, type Verdict } from './judge.ts'
import { Truth, tableOf } from './truth.ts'

export interface CurrentRow {
  readonly key: string
  readonly texts: Texts
}

/** The CRM's own truth, after its last write. */
export function expectedCurrent({ before, writes }: Evidence, table: Table): readonly CurrentRow[] {
  const truth = new Truth(before, writes)
  truth.advance(Infinity)
  return [...truth.of(table).values()]
    .filter(({ deletedAt }) => deletedAt === null)
    .toSorted((a, b) => Number(a.id) - Number(b.id))
    .map((record) => ({ key: record.id, texts: truth.texts(table, record) }))
}

export function currentRows(held: Held, table: Table): readonly CurrentRow[] {
  return held[table].current
    .map(({ key, texts }) => ({ key, texts }))
    .toSorted((a, b) => Number(a.key) - Number(b.key))
}

export function expectedHistory({ versions }: Verdict, table: Table): readonly HeldVersion[] {
  const names = columnNames(table)
  return versions[table].map((version) => heldOf(version, names)).toSorted(byKeyAndStart)
}

export function heldOf(
  { values, ...version }: OracleVersion,
  names: readonly string[],
): HeldVersion {
  return {
    ...version,
    texts: Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])),
  }
}

/** What took the time of a read has it as the CRM's side knows it: to the second, without the way there. */
export function heldHistory(held: Held, verdict: Verdict, table: Table): readonly HeldVersion[] {
  return held[table].history
    .map((version) => {
      const reads = verdict.askedAt.get(`${table} ${version.key}`) ?? []
      const { start, end } = version
      return {
        ...version,
        start: timeOf(start, reads),
        end: end === null ? null : timeOf(end, reads),
      }
    })
    .toSorted(byKeyAndStart)
}

/** The most that a request may have taken; the driver leaves twice as long between edits and reads. */
const mostTakenMs = 60_000

function timeOf(instant: string, reads: readonly number[]): string {
  const at = Date.parse(instant)
  const read = reads.find((one) => {
    const latest = Math.floor(one / 1_000) * 1_000 - 1_000
    return at < latest && at >= latest - mostTakenMs
  })
  return read === undefined ? instant : askedAt(read)
}

/** Where counters are not pulled, as no webhook tells them. */
export function uncounted<Row extends { readonly texts: Texts }>(table: Table, row: Row): Row {
  const texts = Object.entries(row.texts).filter(([name]) => !counters[table].includes(name))
  return { ...row, texts: Object.fromEntries(texts) }
}

/** Versions that no state of the record ever was, counters aside. */
export function unfaithful(held: Held, evidence: Evidence, table: Table): readonly HeldVersion[] {
  const states = new Map<string, Set<string>>()
  const add = (record: Kept): void => {
    const own = states.get(record.id) ?? new Set()
    states.set(record.id, own.add(JSON.stringify(ownTexts(table, record))))
  }
  for (const record of evidence.before[table.slice(0, -1)] ?? []) add(record)
  for (const { object, after } of evidence.writes) {
    if (after !== null && tableOf(object) === table) add(after)
  }
  return held[table].history.filter(({ key, texts }) => {
    const own = states.get(key) ?? new Set()
    return ![...own].some((state) =>
      Object.entries(JSON.parse(state) as Texts).every(([name, value]) => texts[name] === value),
    )
  })
}

export function byKeyAndStart(a: HeldVersion, b: HeldVersion): number {
  return Number(a.key) - Number(b.key) || (a.start < b.start ? -1 : a.start > b.start ? 1 : 0)
}

/** The first rows in which two lists differ, with what differs in them. */
export function differences<Row extends CurrentRow>(
  found: readonly Row[],
  wanted: readonly Row[],
): readonly object[] {
  const keyed = (rows: readonly Row[]): ReadonlyMap<string, Row> =>
    new Map(rows.map((row) => [nameOf(row), row]))
  const [ofFound, ofWanted] = [keyed(found), keyed(wanted)]
  const names = new Set([...ofFound.keys(), ...ofWanted.keys()])
  const all = [...names].flatMap((name): readonly object[] => {
    const [one, other] = [ofFound.get(name), ofWanted.get(name)]
    if (one === undefined || other === undefined) return [{ row: name, found: one, wanted: other }]
    const [a, b] = [flat(one), flat(other)]
    const columns = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    const differing = columns.filter((column) => a[column] !== b[column])
    const cells = differing.map((column) => ({ column, found: a[column], wanted: b[column] }))
    return cells.length === 0 ? [] : [{ row: name, cells }]
  })
  const isSameCount = found.length === ofFound.size && wanted.length === ofWanted.size
  return isSameCount ? all.slice(0, mostShown) : [{ twice: 'a row stands twice' }, ...all]
}

const mostShown = 4

/** By key, and start where it is a version. */
function nameOf(row: CurrentRow): string {
  return 'start' in row ? `${row.key} from ${String(row.start)}` : row.key
}

function flat({ texts, ...rest }: CurrentRow): Readonly<Record<string, unknown>> {
  return { ...rest, ...texts }
}
