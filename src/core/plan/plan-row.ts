/** The values that planning works on: a due row with its baseline, and the plan row it becomes. */
import type {
  CrmValue,
  Disposition,
  FieldChange,
  OperationKind,
  OutcomeStatus,
} from '../../model/operation.ts'
import type { HoldKind } from '../sql/hold.ts'

/**
 * Where the record stands by our own doing, or by the CRM's word:
 * `cleared` and `archived` by this sync after its row went; `deleted` by somebody else.
 */
export const presences = ['present', 'cleared', 'archived', 'deleted'] as const
export type Presence = (typeof presences)[number]

/** What the baseline holds of a key. */
export interface BaselineRow {
  readonly remoteId: string
  readonly origin: 'created' | 'adopted'
  readonly presence: Presence
  readonly matchValue: string | null
  /** The match value that the record is owed since we cleared its own to break a ring of claims. */
  readonly released: string | null
  /** Per field, the value that the CRM holds by its own answer or read; absent is unknown. */
  readonly crmValues: Readonly<Record<string, CrmValue>>
  /** Dispositions other than `sent`. */
  readonly withheld: Readonly<Record<string, Disposition>>
  readonly mappingVersion: number
  /** Due again by a person's word or an earlier run's, whatever its values. */
  readonly reopened: boolean
}

export interface DueRow {
  readonly sequence: number
  readonly key: string
  readonly side: 'new' | 'removed' | 'both'
  /** Per model column of the mapping, whether its value differs from the baseline's. */
  readonly changed: readonly boolean[]
  /** Canonical texts of the mapping's model columns; meaningless for `removed`. */
  readonly values: readonly (string | null)[]
  readonly baseline: BaselineRow | null
}

/** One row of a plan: an operation (no status yet) or an outcome that needs no request. */
export interface PlanRow {
  readonly sequence: number
  readonly phase: number
  readonly kind: OperationKind | 'none'
  readonly key: string
  readonly remoteId: string | null
  readonly status: OutcomeStatus | null
  readonly reason: string | null
  readonly message: string | null
  readonly hold: HoldKind | null
  /** Where the record stands after the operation; null: the baseline is not touched. */
  readonly presence: Presence | null
  readonly matchValue: string | null
  /** The match value that the record holds now and gives up. */
  readonly releases: string | null
  readonly changes: Readonly<Record<string, FieldChange>>
  /** The baseline's CRM values as this plan found them; results are laid over them. */
  readonly crmValues: Readonly<Record<string, CrmValue>>
  readonly withheld: Readonly<Record<string, Disposition>>
  /** The key that the record was bound to before: it left the model, and this row took its place. */
  readonly supersedes: string | null
  /** Of a row that ends here and touches the baseline: a digest of the record as the plan saw it. */
  readonly seen: string | null
}

/** What most rows have nothing of. */
export const blankRow: Omit<PlanRow, 'sequence' | 'kind' | 'key'> = {
  phase: 0,
  remoteId: null,
  status: null,
  reason: null,
  message: null,
  hold: null,
  presence: null,
  matchValue: null,
  releases: null,
  changes: {},
  crmValues: {},
  withheld: {},
  supersedes: null,
  seen: null,
}

/** A row with everything that `due` says of it, and no decision yet. */
export function undecided({ sequence, key, baseline }: DueRow): PlanRow {
  const row = { ...blankRow, sequence, kind: 'none', key } as const
  if (baseline === null) return row
  const { remoteId, matchValue, crmValues, withheld } = baseline
  return { ...row, remoteId, matchValue, crmValues, withheld }
}

/** A row that ends here, with its outcome. */
export function concluded(
  due: DueRow,
  outcome: Pick<PlanRow, 'status'> & Partial<Pick<PlanRow, 'reason' | 'message' | 'hold'>>,
  rest: Partial<PlanRow> = {},
): PlanRow {
  return { ...undecided(due), ...rest, ...outcome }
}
