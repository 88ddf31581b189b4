/**
 * Rows whose key changed in the model while their match value stayed. Where records of removed rows
 * keep their match values, the old key would keep the record for ever, and the new one collide with
 * it in each run; so the record goes over to the new key.
 */
import { type DiffInput, keysNotInModel } from '../../../core/sql/diff.ts'
import { supersedingRows, unbindSuperseded } from '../../../core/sql/plan.ts'
import { removesRecords } from '../../../model/sync.ts'
import type { RunContext } from '../../context.ts'
import { fenceStatement } from '../../working-schema.ts'

/**
 * Of some keys, those that left the model and hold nothing that the sync is still to archive: a
 * cleared record may as well get the new row's values, and one that was restored is nobody's.
 */
export async function vacatedKeys(
  { sync, warehouse }: RunContext,
  diff: DiffInput,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set()
  const rows = await warehouse.session((session) => session.query(keysNotInModel(diff, keys)))
  const keepsMatch = !removesRecords(sync.removedRows)
  return new Set(
    rows.flatMap(([key, origin, presence]) => {
      const isLeft = origin === 'adopted' && !sync.deleteAdopted
      return keepsMatch || isLeft || presence !== 'present' ? (key ?? []) : []
    }),
  )
}

/**
 * Frees the records that the plan takes over from vacated keys. A run that ends right after this
 * leaves records that belong to nobody, and the next plan finds them by their match values.
 */
export async function freeSuperseded(context: RunContext): Promise<void> {
  const { dialect, run, tables, warehouse } = context
  await warehouse.session(async (session) => {
    const [row] = await session.query(supersedingRows(dialect, run))
    if (row?.[0] === '0') return
    await session.execute([fenceStatement(context), unbindSuperseded(dialect, run, tables)])
  })
}
