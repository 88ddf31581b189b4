/**
 * A batch as the ledger keeps it while its request is under way: enough to find out what became of
 * it, and to confirm it, without the plan.
 */
import { blankRow, type PlanRow } from '../plan/plan-row.ts'
import type { OperationOutcome } from './outcome.ts'

/**
 * - `operations`: each ends with an outcome.
 * - `releases`: match values cleared to break a ring of claims; the operations that give the records
 *   their new values follow, so these have no outcomes of their own.
 */
export type PayloadPurpose = 'operations' | 'releases'

export interface Payload {
  readonly purpose: PayloadPurpose
  readonly rows: readonly PlanRow[]
  /** What the CRM was told to do with the rows; absent for releases, and for what older versions sent by requests. */
  readonly load?: LoadKind | undefined
}

export interface LoadKind {
  readonly operation: 'create' | 'update' | 'upsert' | 'delete'
  /** The field whose values tell created or upserted records apart; null for the others. */
  readonly uniqueField: string | null
}

export function writePayload({ purpose, rows, load }: Payload): string {
  return JSON.stringify({ purpose, load, rows: rows.map(told) })
}

export function readPayload(payload: string): Payload {
  const { rows, ...rest }: Omit<Payload, 'rows'> & { readonly rows: readonly ToldRow[] } =
    JSON.parse(payload)
  return { ...rest, rows: rows.map((row) => ({ ...blankRow, ...row })) }
}

export function writeOutcomes(outcomes: readonly OperationOutcome[]): string {
  return JSON.stringify(outcomes.map(told))
}

export function readOutcomes(outcomes: string): readonly OperationOutcome[] {
  const all: readonly ToldOutcome[] = JSON.parse(outcomes)
  return all.map((outcome) => ({ ...untoldOutcome, ...outcome }))
}

type ToldRow = Pick<PlanRow, 'sequence' | 'kind' | 'key'> & Partial<PlanRow>
type ToldOutcome = Pick<OperationOutcome, 'sequence' | 'status'> & Partial<OperationOutcome>

const untoldOutcome: Omit<OperationOutcome, 'sequence' | 'status'> = {
  reason: null,
  message: null,
  hold: null,
  remoteId: null,
  origin: null,
  presence: null,
  crmValues: {},
  withheld: {},
  reopen: false,
  keepsMatch: false,
}

/** Without the members that most have nothing in. */
function told<Whole extends object>(whole: Whole): Partial<Whole> {
  const kept: Partial<Whole> = {}
  for (const name in whole) if (!isEmpty(whole[name])) kept[name] = whole[name]
  return kept
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === false || value === 0) return true
  if (typeof value !== 'object') return false
  for (const _ in value) return false
  return true
}
