/** Collects the evidence of a world's history for the judge. */
import type { PushSync } from '../../src/model/sync.ts'
import type { CrmHistory } from './crm-history.ts'
import { type Evidence, type JudgedReport, type JudgedSync, readTables } from './evidence.ts'
import type { PushWorld } from './world.ts'

type Witness = Pick<PushWorld, 'workingSchema' | 'query'> & {
  readonly ledger: Pick<PushWorld['ledger'], 'runs'>
}

export async function gatherEvidence(
  world: Witness,
  crm: CrmHistory,
  sync: PushSync,
  reports: readonly JudgedReport[],
  runStarts: readonly number[],
): Promise<Evidence> {
  const judged = judgedSync(world, sync)
  const runs = await world.ledger.runs({ sync: sync.name, limit: 1000 })
  const ended = ['succeeded', 'failed', 'cancelled', 'dropped', 'stopped']
  return {
    sync: judged,
    crm,
    ...(await readTables(world.query, judged)),
    reports,
    runStarts,
    unended: runs
      .filter(({ state }) => !ended.includes(state))
      .map(({ id, state }) => `${id} ${state}`),
  }
}

function judgedSync(world: Witness, sync: PushSync): JudgedSync {
  const { model, match, mode, removedRows, ifDeleted, readBefore, name } = sync
  if (model.kind !== 'table' || match === null) {
    throw new Error('the judge reads a model that is a table, and records that match')
  }
  return {
    name,
    mode,
    removedRows,
    ifDeleted,
    readBefore,
    match,
    table: model.schema === null ? model.table : `${model.schema}.${model.table}`,
    workingSchema: world.workingSchema,
    fields: sync.fields.flatMap(({ field, source, write }) =>
      source.from === 'column' ? [{ field, column: source.column, write }] : [],
    ),
  }
}
