/**
 * A record that a row of the model was merged into holds what that row brought: it is not for the row that leaves the
 * model to end it, although the record had been its own.
 */
import { leaveToSurvivor } from '../../../core/plan/decide-removed.ts'
import type { DueRow, PlanRow } from '../../../core/plan/plan-row.ts'
import { type DiffInput, keysNotInModel } from '../../../core/sql/diff.ts'
import { boundRecords } from './bound-records.ts'
import type { RunContext } from '../../context.ts'
import { describeFailure } from '../errors/failures.ts'
import { readPages } from './read-values.ts'

/**
 * The rows, those that would end such a record concluded without doing so; `removed` are those of the page that left the
 * model. Asks the CRM where any of them would end a record.
 */
export async function spareSurvivors(
  context: RunContext,
  diff: DiffInput,
  removed: readonly DueRow[],
  decided: readonly PlanRow[],
): Promise<readonly PlanRow[]> {
  const left = new Map(removed.map((due) => [due.sequence, due]))
  const isEnd = ({ sequence, kind, presence }: PlanRow): boolean =>
    left.has(sequence) && (kind === 'delete' || (kind === 'update' && presence === 'cleared'))
  const ids = decided.filter(isEnd).flatMap(({ remoteId }) => remoteId ?? [])
  if (ids.length === 0) return decided
  const guests = await guestsOf(context, diff, ids)
  return decided.map((row) => {
    const [due, guest] = [left.get(row.sequence), guests.get(row.remoteId ?? '')]
    if (due === undefined || guest === undefined || !isEnd(row)) return row
    return leaveToSurvivor(due, `the record of key ${guest} was merged into this one`)
  })
}

/** By the id of each record that has some, a key of the model whose own record went up in it. */
async function guestsOf(
  context: RunContext,
  diff: DiffInput,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { crm, sync } = context
  const absorbed = await describeFailure(
    context,
    readPages(context, ids, (page) => crm.absorbed(page, { object: sync.object })),
  )
  const hosts = new Map([...absorbed].flatMap(([host, all]) => all.map((id) => [id, host])))
  const bound = await boundRecords(context, diff.baselineKey, [...hosts.keys()])
  if (bound.length === 0) return new Map()
  const keys = bound.map(([, key]) => key ?? '')
  const left = await context.warehouse.session((session) =>
    session.query(keysNotInModel(diff, keys)),
  )
  const gone = new Set(left.map(([key]) => key))
  return new Map(
    bound.flatMap(([id, key]) =>
      gone.has(key ?? '') ? [] : [[hosts.get(id ?? '') ?? '', key ?? ''] as const],
    ),
  )
}
