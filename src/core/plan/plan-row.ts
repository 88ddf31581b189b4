/** The values that planning works on: a due row with its baseline, and the plan row it becomes. */
import type {
  CrmValue,
  Disposition,
  FieldChange,
  OperationKind,
  OutcomeStatus,
} from '../../model/operation.ts'
import type { HoldKind } from '../sql/merge.ts'

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
  /** Per field, the value that the CRM holds by its own answer or read; absent is unknown. */
  readonly crmValues: Readonly<Record<string, CrmValue>>
  /** Dispositions other than `sent`. */
  readonly withheld: Readonly<Record<string, Disposition>>
  readonly mappingVersion: number
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
}

/** A row with everything that `due` says of it, and no decision yet. */
export function undecided(due: DueRow): PlanRow {
  return {
    sequence: due.sequence,
    phase: 0,
    kind: 'none',
    key: due.key,
    remoteId: due.baseline?.remoteId ?? null,
    status: null,
    reason: null,
    message: null,
    hold: null,
    presence: null,
    matchValue: due.baseline?.matchValue ?? null,
    releases: null,
    changes: {},
    crmValues: due.baseline?.crmValues ?? {},
    withheld: due.baseline?.withheld ?? {},
  }
}

/** A row that ends here, with its outcome. */
export function concluded(
  due: DueRow,
  outcome: Pick<PlanRow, 'status'> & Partial<Pick<PlanRow, 'reason' | 'message' | 'hold'>>,
  rest: Partial<PlanRow> = {},
): PlanRow {
  return { ...undecided(due), ...rest, ...outcome }
}
