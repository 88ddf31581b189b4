/** Which column of one table is which of the other. */
import type { Column } from '../../model/value.ts'
import { type ComparedAs, comparedAs } from './compared-as.ts'

export interface ColumnPair {
  readonly left: Column
  readonly right: Column
  readonly as: ComparedAs
}

export interface PairedColumns {
  readonly pairs: readonly ColumnPair[]
  /** Of kinds whose values can't be equal. */
  readonly unequalKinds: readonly { readonly left: Column; readonly right: Column }[]
  readonly onlyLeft: readonly Column[]
  readonly onlyRight: readonly Column[]
}

/** A column of the left table that has another name in the right one. */
export interface RenamedColumn {
  readonly left: string
  readonly right: string
}

export interface PairingRules {
  readonly renamed: readonly RenamedColumn[]
  /** Names of columns, of either side, to leave out. */
  readonly ignored: readonly string[]
  readonly sameDialect: boolean
}

export function pairColumns(
  left: readonly Column[],
  right: readonly Column[],
  { renamed, ignored, sameDialect }: PairingRules,
): PairedColumns {
  const kept = ({ name }: Column): boolean => !ignored.includes(name)
  const { both, onlyLeft, onlyRight } = pairByName(left.filter(kept), right.filter(kept), renamed)
  const judged = both.map((one) => ({
    ...one,
    as: comparedAs(one.left, one.right, { sameDialect }),
  }))
  return {
    pairs: judged.flatMap(({ as, ...pair }) => (as === null ? [] : [{ ...pair, as }])),
    unequalKinds: judged.flatMap(({ as, ...pair }) => (as === null ? [pair] : [])),
    onlyLeft,
    onlyRight,
  }
}

export interface PairedByName<T> {
  readonly both: readonly { readonly left: T; readonly right: T }[]
  readonly onlyLeft: readonly T[]
  readonly onlyRight: readonly T[]
}

/**
 * First those that are said to be the same, then those of the same name, then those whose names differ in
 * capitals only, where that leaves no choice: warehouses disagree about `ID` and `id`.
 */
export function pairByName<T extends { readonly name: string }>(
  left: readonly T[],
  right: readonly T[],
  renamed: readonly RenamedColumn[],
): PairedByName<T> {
  const partners = new Map<T, T>()
  const newNames = new Map(renamed.map((one) => [one.left, one.right]))
  const pair = (
    keyOfLeft: (name: string) => string | undefined,
    keyOf: (name: string) => string,
  ) => {
    const taken = new Set(partners.values())
    const waiting = left.filter((one) => !partners.has(one))
    const byLeft = Map.groupBy(waiting, ({ name }) => keyOfLeft(name))
    const byRight = Map.groupBy(
      right.filter((one) => !taken.has(one)),
      ({ name }) => keyOf(name),
    )
    for (const [key, [one, ...others]] of byLeft) {
      const [partner, ...rest] = (key === undefined ? undefined : byRight.get(key)) ?? []
      const isChoice = others.length > 0 || rest.length > 0
      if (one !== undefined && partner !== undefined && !isChoice) partners.set(one, partner)
    }
  }
  pair((name) => newNames.get(name), same)
  pair(same, same)
  pair(lowerCase, lowerCase)
  const found = new Set(partners.values())
  return {
    both: left.flatMap((one) => {
      const partner = partners.get(one)
      return partner === undefined ? [] : [{ left: one, right: partner }]
    }),
    onlyLeft: left.filter((one) => !partners.has(one)),
    onlyRight: right.filter((one) => !found.has(one)),
  }
}

const same = (name: string): string => name
const lowerCase = (name: string): string => name.toLowerCase()

/** One name for both, in the form of a renaming where they are called differently. */
export function pairName({
  left,
  right,
}: {
  left: { name: string }
  right: { name: string }
}): string {
  return left.name === right.name ? left.name : `${left.name}=${right.name}`
}
