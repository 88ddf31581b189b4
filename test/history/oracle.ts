/**
 * What a history has to be, told once more in the plainest way: one record at a time, change by change, in memory.
 * Shares no code with src/.
 */

export interface OracleChange {
  readonly id: string
  readonly key: string
  readonly op: 'create' | 'update' | 'delete' | 'restore' | 'merge' | 'read' | 'gap'
  readonly partial: boolean
  readonly eventAt: string
  readonly shownAt: string
  readonly rank: number
  readonly sequence: number
  readonly observedAt: string
  readonly mergedInto: string | null
  /** Canonical texts; absent: not known. */
  readonly fields: Readonly<Record<string, string | null>>
}

export interface OracleVersion {
  readonly key: string
  readonly start: string
  readonly end: string | null
  readonly mergedInto: string | null
  readonly dirty: boolean
  readonly values: readonly (string | null)[]
}

interface State {
  readonly eventAt: string
  readonly shownAt: string
  readonly open: boolean
  readonly survivor: string | null
  /** Whether a read was the last to tell of fields. */
  readonly seen: boolean
  /** Undefined for what nobody told of. */
  readonly values: readonly (string | null | undefined)[]
}

export function historyOf(
  changes: readonly OracleChange[],
  columns: readonly string[],
): readonly OracleVersion[] {
  const byKey = new Map<string, OracleChange[]>()
  for (const change of changes) byKey.set(change.key, [...(byKey.get(change.key) ?? []), change])
  return [...byKey.entries()].flatMap(([key, own]) => historyOfKey(key, own, columns))
}

function historyOfKey(
  key: string,
  received: readonly OracleChange[],
  columns: readonly string[],
): readonly OracleVersion[] {
  const once = [...new Map(received.map((change) => [change.id, change])).values()]
  const { states, dirty } = statesAfter(once.toSorted(inOrder), columns)
  const turns: State[] = []
  for (const state of states) {
    const before = turns.at(-1)
    if (before === undefined || !looksTheSame(before, state)) turns.push(state)
    else {
      // What ended stays as it is, but for the survivor, who may be named afterwards. What goes on may be completed.
      const { survivor, values } = state
      turns[turns.length - 1] = { ...before, ...(before.open ? { values } : { survivor }) }
    }
  }
  const starts = turns.map((turn, at) => {
    const before = turns[at - 1]
    return before === undefined || turn.shownAt > before.eventAt ? turn.shownAt : turn.eventAt
  })
  const versions = turns.flatMap((turn, at) => {
    if (!turn.open) return []
    const next = turns[at + 1]
    return [
      {
        key,
        start: starts[at] ?? '',
        end: starts[at + 1] ?? null,
        mergedInto: next?.open === false ? next.survivor : null,
        dirty: false,
        values: turn.values.map((value) => value ?? null),
      },
    ]
  })
  return versions.map((version, at) =>
    at === versions.length - 1 ? { ...version, dirty } : version,
  )
}

/** The state at the end of each instant, and whether the record is to be fetched after the last one. */
function statesAfter(
  changes: readonly OracleChange[],
  columns: readonly string[],
): { readonly states: readonly State[]; readonly dirty: boolean } {
  const values = new Map<string, string | null>()
  const states: State[] = []
  let life: 'unknown' | 'open' | 'closed' = 'unknown'
  let whole = false
  let gapSince = false
  let updateSince = false
  let survivor: string | null = null
  let seen = false
  changes.forEach((change, at) => {
    switch (change.op) {
      case 'gap':
        whole = false
        gapSince = true
        break
      case 'update':
        if (life === 'unknown') life = 'open'
        updateSince = true
        if (!change.partial) [whole, gapSince] = [true, false]
        break
      case 'delete':
      case 'merge':
        life = 'closed'
        ;[whole, gapSince, updateSince] = [false, false, false]
        if (change.op === 'merge' && change.mergedInto !== null) survivor = change.mergedInto
        break
      case 'create':
      case 'restore':
      case 'read':
        life = 'open'
        survivor = null
        updateSince = false
        // A read of some fields only opens. What opens without knowing everything is in doubt.
        if (!change.partial) [whole, gapSince] = [true, false]
        else if (change.op !== 'read') [whole, gapSince] = [false, false]
        break
      default:
        throw new Error(change.op satisfies never)
    }
    if (!['gap', 'delete', 'merge'].includes(change.op)) seen = change.op === 'read'
    for (const [name, value] of Object.entries(change.fields)) values.set(name, value)
    if (changes[at + 1]?.eventAt === change.eventAt) return
    states.push({
      eventAt: change.eventAt,
      shownAt: change.shownAt,
      open: life === 'open',
      survivor,
      seen,
      values: columns.map((column) => values.get(column)),
    })
  })
  return { states, dirty: life === ('open' as string) ? !whole : updateSince || gapSince }
}

/** What a read is the first to tell of is not another value than before. */
function looksTheSame(a: State, b: State): boolean {
  if (a.open !== b.open) return false
  if (!a.open) return true
  return a.values.every((value, at) => {
    if (value === undefined && b.seen) return true
    return (value ?? null) === (b.values[at] ?? null)
  })
}

function inOrder(a: OracleChange, b: OracleChange): number {
  return (
    compare(a.eventAt, b.eventAt) ||
    a.rank - b.rank ||
    a.sequence - b.sequence ||
    compare(a.observedAt, b.observedAt) ||
    compare(a.id, b.id)
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
