/**
 * Records that something happened to and nobody knows what, are fetched: gaps, partial news of records that were
 * never seen, restores without values. The answer is compared like any read, and makes them whole.
 */
import type { CrmReader, SourceObject } from '../../../connector/source.ts'
import { stillInDoubt } from '../../../core/history/load/comparison.ts'
import { createRead } from '../../../core/history/tables/create.ts'
import { askFor } from '../read/absent.ts'
import { comparison, concludeRead, dropRead } from '../read/conclude-read.ts'
import type { ComparedContext, LoadContext } from '../context.ts'
import { Intake } from '../read/intake.ts'
import { knownObject } from '../history/pulled-object.ts'
import { readTombstones } from '../history/tombstones.ts'

/** Keys that are fetched in one go; the others have their turn in the next. */
export const mostAtOnce = 500

/**
 * Gives the keys that are in doubt still: what the CRM told of them may be older than what is known, since its clock
 * has whole seconds, or there were too many for one go.
 */
export async function fetchDirty(
  loading: LoadContext & { readonly reader: CrmReader },
  metadata: SourceObject,
  keys: readonly string[],
): Promise<readonly string[]> {
  const context: ComparedContext & { readonly reader: CrmReader } = {
    ...loading,
    dryRun: false,
    origin: 'gap',
  }
  const { dialect, warehouse } = context
  const [now, later] = [keys.slice(0, mostAtOnce), keys.slice(mostAtOnce)]
  if (now.length === 0) return []
  const { known, tombstones } = await warehouse.session(async (session) => {
    const object = await knownObject(context, session, metadata)
    await session.execute(createRead(dialect, object.tables, object.pins))
    const { name } = metadata
    return { known: object, tombstones: await readTombstones(context, session, name) }
  })
  const intake = new Intake(context, known, metadata.resolution, tombstones)
  try {
    await askFor(context, metadata, intake, now)
    await intake.settle()
    await concludeRead(context, intake)
  } catch (error) {
    await dropRead(context, known)
    throw error
  }
  const rows = await warehouse.session((session) =>
    session.query(stillInDoubt(comparison(context, known), now)),
  )
  return [...rows.map(([key]) => key ?? ''), ...later]
}
