/**
 * Judges the rows of two tables key by key, null-safe and column by column. Where a key is unique on both sides its
 * rows are the same row; the rows of any other key are compared as sets in which a row may occur several times.
 */
import { hasManyTexts, normalForm, shownText } from '../../core/compare/normal-form.ts'
import { type ColumnPair, pairName } from '../../core/compare/pair-columns.ts'
import { comparedRow, type Side } from '../../core/compare/statements.ts'
import type { Row } from '../../model/value.ts'
import type { SampleKind, SampleRow } from './comparison.ts'
import { compareErrors } from './errors.ts'

/** Rows of one key that are held until all of them are known. */
const mostHeld = 10_000

export class RowTally {
  readonly counts = { equal: 0, differing: 0, onlyLeft: 0, onlyRight: 0 }
  readonly samples: SampleRow[] = []
  readonly #pairs: readonly ColumnPair[]
  readonly #names: readonly string[]
  readonly #keys: number
  readonly #sampled: number
  /** Rows that differ in each column. */
  readonly #differing: number[]
  /** Whether rows with different texts can be equal. */
  readonly #mayBeEqual: boolean
  #group = newGroup('')

  /** `pairs` begin with the `keys` of the key; at most `sampled` rows of each kind become samples. */
  constructor(pairs: readonly ColumnPair[], keys: number, sampled: number) {
    this.#pairs = pairs
    this.#names = pairs.map(pairName)
    this.#keys = keys
    this.#sampled = sampled
    this.#differing = pairs.map(() => 0)
    this.#mayBeEqual = pairs.some(({ as }) => hasManyTexts(as))
  }

  /** In the order of key and row digest: both where they are the same row. */
  take(left: Row | null, right: Row | null): void {
    const digest = (left ?? right)?.[comparedRow.keyDigest] ?? ''
    if (digest !== this.#group.digest) {
      this.#conclude()
      this.#group = newGroup(digest)
    }
    const group = this.#group
    if (left !== null) group.leftRows += 1
    if (right !== null) group.rightRows += 1
    if (left !== null && right !== null) {
      this.counts.equal += 1
      return
    }
    if (left !== null) group.left.push(left)
    if (right !== null) group.right.push(right)
    if (!this.#mayBeEqual && !isUnique(group)) this.#release(group)
    else if (group.left.length + group.right.length > mostHeld) throw this.#crowded()
  }

  /** After the last row. */
  end(): void {
    this.#conclude()
    this.#group = newGroup('')
  }

  byColumn(): Readonly<Record<string, number>> {
    const told = this.#names.map((name, index) => [name, this.#differing[index] ?? 0] as const)
    return Object.fromEntries(told.filter(([, rows]) => rows > 0))
  }

  #conclude(): void {
    const { left, right } = this.#group
    const [one, other] = [left[0], right[0]]
    if (isUnique(this.#group) && one !== undefined && other !== undefined) this.#judge(one, other)
    else this.#release(this.#group)
  }

  /** Tells the rows held so far, each of which only one side has. */
  #release(group: Group): void {
    const { left, right } = this.#withoutEqual(group)
    for (const row of left) this.#tellOne('left', row, isUnique(group))
    for (const row of right) this.#tellOne('right', row, isUnique(group))
    group.left = []
    group.right = []
  }

  /** Two rows of one key whose texts differ, which need not mean that their values do. */
  #judge(left: Row, right: Row): void {
    const differing = this.#pairs.flatMap(({ as }, index) => {
      const [a, b] = [textAt(left, index), textAt(right, index)]
      return a === b || normalForm(as, a) === normalForm(as, b) ? [] : [index]
    })
    if (differing.length === 0) {
      this.counts.equal += 1
      return
    }
    this.counts.differing += 1
    for (const index of differing) this.#differing[index] = (this.#differing[index] ?? 0) + 1
    if (this.counts.differing > this.#sampled) return
    const values = differing.map((index) => [
      this.#names[index],
      { left: this.#shown(left, index), right: this.#shown(right, index) },
    ])
    this.#sample('differing', left, true, Object.fromEntries(values))
  }

  /** Where texts may differ though values are equal, pairs of equal rows are still among them. */
  #withoutEqual({ left, right }: Group): Pick<Group, Side> {
    if (!this.#mayBeEqual || left.length === 0 || right.length === 0) return { left, right }
    const waiting = Map.groupBy(left, (row) => this.#normalRow(row))
    const rest = right.filter((row) => {
      const partner = waiting.get(this.#normalRow(row))?.pop()
      if (partner !== undefined) this.counts.equal += 1
      return partner === undefined
    })
    return { left: [...waiting.values()].flat(), right: rest }
  }

  #normalRow(row: Row): string {
    return JSON.stringify(this.#pairs.map(({ as }, index) => normalForm(as, textAt(row, index))))
  }

  #tellOne(side: Side, row: Row, isOnly: boolean): void {
    const count = side === 'left' ? 'onlyLeft' : 'onlyRight'
    this.counts[count] += 1
    if (this.counts[count] > this.#sampled) return
    const values = this.#names
      .map((name, index) => [name, { [side]: this.#shown(row, index) }] as const)
      .slice(this.#keys)
    const kind = side === 'left' ? 'only_left' : 'only_right'
    this.#sample(kind, row, isOnly, Object.fromEntries(values))
  }

  #sample(kind: SampleKind, row: Row, unique: boolean, values: SampleRow['values']): void {
    this.samples.push({ kind, key: this.#keyOf(row), unique, values })
  }

  #keyOf(row: Row): Readonly<Record<string, string | null>> {
    const names = this.#names.slice(0, this.#keys)
    return Object.fromEntries(names.map((name, index) => [name, this.#shown(row, index)]))
  }

  #shown(row: Row, index: number): string | null {
    return shownText(this.#pairs[index]?.as ?? 'text', textAt(row, index))
  }

  #crowded(): Error {
    const key = this.#names.slice(0, this.#keys).join(', ')
    return compareErrors.crowded_key({
      message: `More than ${mostHeld} rows differ that have the same key (${key}).`,
    })
  }
}

/** The rows of one key. */
interface Group {
  readonly digest: string
  leftRows: number
  rightRows: number
  /** Those that were not found on the other side, as far as they have not been told. */
  left: Row[]
  right: Row[]
}

function newGroup(digest: string): Group {
  return { digest, leftRows: 0, rightRows: 0, left: [], right: [] }
}

function isUnique({ leftRows, rightRows }: Group): boolean {
  return leftRows <= 1 && rightRows <= 1
}

function textAt(row: Row, index: number): string | null {
  return row[comparedRow.texts + index] ?? null
}
