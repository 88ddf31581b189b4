/** Which faults a push can meet: each fault kind at each operation that a push asks of the CRM. */
import { aligned } from '../support/aligned.ts'

/** A fault kind at an operation. */
export interface Cell {
  readonly kind: string
  readonly operation: string
}

export interface CellTable<C extends Cell = Cell> {
  readonly kinds: readonly C['kind'][]
  readonly operations: readonly C['operation'][]
  /** Those that are possible. */
  readonly cells: readonly C[]
}

/** How often each fault befell each operation, by the cell's name. */
export type FaultCounts = Record<string, number>

export function cellTable<Kind extends string, Operation extends string>(
  kinds: readonly Kind[],
  operations: readonly Operation[],
  fits: (kind: Kind, operation: Operation) => boolean,
): CellTable<{ readonly kind: Kind; readonly operation: Operation }> {
  const cells = operations.flatMap((operation) =>
    kinds.filter((kind) => fits(kind, operation)).map((kind) => ({ kind, operation })),
  )
  return { kinds, operations, cells }
}

export function cellName({ kind, operation }: Cell): string {
  return `${kind} ${operation}`
}

/** Of faults that befell requests. */
export function countCells(befallen: readonly Cell[]): FaultCounts {
  const counts: FaultCounts = {}
  for (const cell of befallen) counts[cellName(cell)] = (counts[cellName(cell)] ?? 0) + 1
  return counts
}

export function kindsIn(counts: Readonly<FaultCounts>): ReadonlySet<string> {
  return new Set(Object.keys(counts).map((name) => name.split(' ')[0] ?? ''))
}

export function addCounts(sum: FaultCounts, counts: Readonly<FaultCounts>): void {
  for (const [name, times] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + times
}

export function emptyCells({ cells }: CellTable, counts: FaultCounts): readonly string[] {
  return cells.map(cellName).filter((name) => (counts[name] ?? 0) === 0)
}

/** Fault kinds down, operations across; `-` where a kind can't befall an operation. */
export function faultTable({ kinds, operations, cells }: CellTable, counts: FaultCounts): string {
  const possible = new Set(cells.map(cellName))
  const rows = kinds.map((kind) => [
    kind,
    ...operations.map((operation) => {
      const name = cellName({ kind, operation })
      return possible.has(name) ? String(counts[name] ?? 0) : '-'
    }),
  ])
  return aligned([['fault', ...operations], ...rows])
}
