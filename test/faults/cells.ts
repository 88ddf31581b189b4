/** Which faults a push can meet: each fault kind at each operation that a push asks of the CRM. */
import { type FaultKind, faultFits, faultKinds } from '../../src/simulator/hubspot/faults.ts'
import type { Operation } from '../../src/simulator/hubspot/operations.ts'

export const pushOperations = [
  'account',
  'property_read',
  'owner_read',
  'batch_read',
  'search',
  'batch_create',
  'batch_update',
  'batch_upsert',
  'batch_archive',
] as const satisfies readonly Operation[]

export interface Cell {
  readonly kind: FaultKind
  readonly operation: (typeof pushOperations)[number]
}

export const cells: readonly Cell[] = pushOperations.flatMap((operation) =>
  faultKinds.filter((kind) => faultFits(kind, operation)).map((kind) => ({ kind, operation })),
)

/** How often each fault befell each operation. */
export type FaultCounts = Record<string, number>

export function cellName({ kind, operation }: Cell): string {
  return `${kind} ${operation}`
}

export function addCounts(sum: FaultCounts, counts: Readonly<FaultCounts>): void {
  for (const [name, times] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + times
}

export function emptyCells(counts: FaultCounts): readonly string[] {
  return cells.map(cellName).filter((name) => (counts[name] ?? 0) === 0)
}

/** Fault kinds down, operations across; `-` where a kind can't befall an operation. */
export function faultTable(counts: FaultCounts): string {
  const possible = new Set(cells.map(cellName))
  const rows = faultKinds.map((kind) => [
    kind,
    ...pushOperations.map((operation) => {
      const name = `${kind} ${operation}`
      return possible.has(name) ? String(counts[name] ?? 0) : '-'
    }),
  ])
  const all = [['fault', ...pushOperations], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths?.[0] ?? 0) : cell.padStart(widths?.[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n')
}
