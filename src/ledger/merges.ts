/**
 * Merges into the baseline. Ledger and warehouse share no transaction: the generation is announced
 * here first, written there with the rows, and settled here after, so that whatever crashes between
 * is found by comparing the two numbers.
 */
import { ledgerErrors } from './errors.ts'
import type { Lease } from './ledger.ts'
import { underLease } from './leases.ts'
import { ExpectationFailed, type Store } from '../store/store.ts'

/** Throws `ledger.merge` while an announced merge is neither finished nor abandoned. */
export async function beginMerge(store: Store, lease: Lease): Promise<number> {
  const { prefix } = store.dialect
  try {
    const results = await underLease(store, lease, [
      {
        text: `update ${prefix}syncs set merging_generation = generation + 1
          where name = $1 and merging_generation is null`,
        parameters: [lease.sync],
        expectRows: 1,
      },
      {
        text: `select merging_generation from ${prefix}syncs where name = $1`,
        parameters: [lease.sync],
      },
    ])
    return Number(results.at(-1)?.rows[0]?.merging_generation)
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    throw ledgerErrors.merge({
      message: `A merge of the sync ${lease.sync} is open; it must be finished or abandoned first.`,
    })
  }
}

/** A repeated call for the same generation is accepted: the caller may not know of its first. */
export async function finishMerge(
  store: Store,
  lease: Lease,
  runId: string,
  generation: number,
  throughConclusion: number,
): Promise<void> {
  const { prefix } = store.dialect
  const merged = `run_id = $1 and conclusion <= $2
    and exists (select id from ${prefix}runs where id = $1 and sync = $3)`
  const parameters = [runId, throughConclusion, lease.sync]
  try {
    await underLease(store, lease, [
      {
        text: `update ${prefix}syncs set generation = $2, merging_generation = null
          where name = $1 and (merging_generation = $2 or (merging_generation is null and generation = $2))`,
        parameters: [lease.sync, generation],
        expectRows: 1,
      },
      { text: `delete from ${prefix}batches where job is null and ${merged}`, parameters },
      // A job can be looked up in the CRM for days: its id is all that stays of the batch.
      {
        text: `update ${prefix}batches set outcomes = '' where job is not null and ${merged}`,
        parameters,
      },
    ])
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    throw ledgerErrors.merge({
      message: `The merge ${generation} of the sync ${lease.sync} was not begun.`,
    })
  }
}

/** Without an open merge there is nothing to abandon, and that is no error. */
export async function abandonMerge(store: Store, lease: Lease): Promise<void> {
  await underLease(store, lease, [
    {
      text: `update ${store.dialect.prefix}syncs set merging_generation = null where name = $1`,
      parameters: [lease.sync],
    },
  ])
}
