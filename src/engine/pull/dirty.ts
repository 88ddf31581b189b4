/**
 * Records that something happened to and nobody knows what, are fetched: gaps, partial news of records that were
 * never seen, restores without values. The answer is compared like any read, and makes them whole.
 */
import type { CrmReader, SourceObject } from '../../connector/source.ts'
import { listDirty } from '../../core/history/comparison.ts'
import { createRead } from '../../core/history/create.ts'
import { askFor } from './absent.ts'
import { comparison, type ComparedContext, concludeRead, dropRead } from './conclude-read.ts'
import type { LoadContext } from './context.ts'
import { Intake } from './intake.ts'
import { knownObject } from './prepare-object.ts'

/** Keys that are fetched in one go; the others have their turn in the next. */
const mostAtOnce = 500

/** Gives the number of records that were asked for. */
export async function fetchDirty(
  loading: LoadContext & { readonly reader: CrmReader },
  metadata: SourceObject,
): Promise<number> {
  const context: ComparedContext & { readonly reader: CrmReader } = {
    ...loading,
    dryRun: false,
    origin: 'gap',
  }
  const { dialect, warehouse } = context
  const { known, keys } = await warehouse.session(async (session) => {
    const object = await knownObject(context, session, metadata)
    if (!object.isOurs) return { known: object, keys: [] }
    const rows = await session.query(listDirty(comparison(context, object), mostAtOnce))
    return { known: object, keys: rows.map(([key]) => key ?? '') }
  })
  if (keys.length === 0) return 0
  await warehouse.session((session) =>
    session.execute(createRead(dialect, known.tables, known.pins)),
  )
  const intake = new Intake(context, known, metadata.resolution)
  try {
    await askFor(context, metadata, intake, keys)
    await concludeRead(context, intake.object())
  } catch (error) {
    await dropRead(context, known)
    throw error
  }
  return keys.length
}
