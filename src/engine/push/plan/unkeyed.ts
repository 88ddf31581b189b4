/** Model rows that no key names, or that share one: rejected outcomes of their own (promise 2). */
import { blankRow, type PlanRow } from '../../../core/plan/plan-row.ts'
import { duplicateKeys } from '../../../core/sql/diff.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { RunContext } from '../../context.ts'
import type { PreparedModel } from './model.ts'
import { storePlan } from './plan-store.ts'

/** Rows of the model and of its difference to the baseline. */
export interface ModelCounts {
  readonly total: number
  /** Rows whose key is not null. */
  readonly keyed: number
  /** Rows whose key another row has too. */
  readonly duplicated: number
  readonly changed: number
  /** Of `changed`, those that left the model. */
  readonly removed: number
  /** Rows of the whole model, also where one key of it was chosen; and those with a key. */
  readonly whole: number
  readonly wholeKeyed: number
}

const pageKeys = 5_000

/** Adds one plan row for each offending key, after the due rows. */
export async function rejectUnkeyed(
  context: RunContext,
  session: Session,
  prepared: PreparedModel,
  model: ModelCounts,
  due: number,
): Promise<void> {
  let sequence = due
  const unkeyed = model.total - model.keyed
  if (unkeyed > 0) {
    sequence += 1
    const message = `${unkeyed} ${unkeyed === 1 ? 'row has' : 'rows have'} no key`
    await storePlan(context, session, [rejected(sequence, '', 'key.null', message)])
  }
  if (model.duplicated === 0) return
  const statement = duplicateKeys(context.dialect, context.run, prepared.diff.key)
  for await (const page of session.stream(statement, pageKeys)) {
    const rows = page.map(([key, copies]) => {
      sequence += 1
      return rejected(sequence, key ?? '', 'key.duplicate', `${copies} rows have this key`)
    })
    await storePlan(context, session, rows)
  }
}

function rejected(sequence: number, key: string, reason: string, message: string): PlanRow {
  return { ...blankRow, sequence, kind: 'none', key, status: 'rejected', reason, message }
}
