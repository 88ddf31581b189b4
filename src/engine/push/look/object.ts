/** A baseline holds records of one object: ids of contacts would name other people's companies. */
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import type { Column } from '../../../model/value.ts'
import type { PushContext, RunContext } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'
import { describeFailure } from '../errors/failures.ts'
import { bindSync } from '../../working-schema.ts'
import { checkAccount, readBinding } from './account.ts'
import { describeObject, ownObject } from './describe-object.ts'
import { readMapping } from './metadata.ts'
import { refuseShared } from './shared-object.ts'

/** The object that the baseline's records are of. */
interface BoundObject {
  /** As the sync named it last. */
  readonly name: string
  /** As the CRM itself calls it, like `objectKey`; null where no run has kept it yet. */
  readonly key: string | null
}

/**
 * Whatever rests on the baseline asks this first, also where nothing is due. The CRM is asked (after `beforeAsking`)
 * only for a name that is neither the last one nor known to mean the same.
 */
export async function refuseOtherObject(
  context: PushContext,
  beforeAsking: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { connector, crm, sync, warehouse } = context
  const bound = await boundObject(context)
  if (bound === null || bound.name === sync.object) return
  const names = [bound.name, bound.key ?? bound.name].map(connector.objectKey)
  if (names.includes(connector.objectKey(sync.object))) return
  await beforeAsking()
  await checkAccount(context)
  const asked = crm.sameObject(bound.key ?? bound.name, sync.object)
  if (!(await describeFailure(context, asked))) {
    // A name that the CRM does not know is a slip of the pen, and told as one.
    await describeObject(context, ownObject(sync))
    throw otherObject(context, bound.name)
  }
  // The next run is not to ask again.
  await warehouse.session((session) => bindSync(context, session, { object_name: sync.object }))
}

/** Account and object are those of the baseline. A first run binds nothing here, as it may find no such object. */
export async function verifyTarget(context: PushContext): Promise<void> {
  await checkAccount(context)
  await refuseOtherObject(context)
}

/** The mapping by the CRM's metadata, of the account and the object that the baseline is bound to from here on. */
export async function readBoundMapping(
  context: RunContext,
  columns: readonly Column[],
): Promise<CompiledMapping> {
  const { connector, ledger, lease, sync, warehouse } = context
  const binding = await checkAccount(context)
  const mapping = await readMapping(context, columns)
  await refuseShared(context)
  const key = connector.objectKey(mapping.object)
  const bound = await boundObject(context)
  // A name that was taken over by an object that somebody made since.
  if (bound !== null && bound.key !== null && bound.key !== key) {
    throw otherObject(context, `${bound.name} (${bound.key})`)
  }
  if (binding !== null || bound?.key !== key || bound.name !== sync.object) {
    await warehouse.session((session) =>
      bindSync(context, session, {
        ...(binding === null ? {} : { account_id: binding }),
        object_name: sync.object,
        object_key: key,
      }),
    )
  }
  if (binding !== null) await ledger.bindAccount(lease.current(), binding)
  return mapping
}

/** Null before the first run that asked the CRM for something. */
async function boundObject(context: PushContext): Promise<BoundObject | null> {
  const { bound, ledger, sync } = context
  const { accountId } = await ledger.sync(sync.name)
  const named = accountId === null ? null : readBinding(accountId).object
  return named === null ? null : { name: bound.objectName ?? named, key: bound.objectKey }
}

function otherObject({ sync }: PushContext, bound: string): Error {
  return pushErrors.other_object({
    message: `Sync ${sync.name} pushes ${sync.object}, but its baseline holds records of ${bound}.`,
    place: sync.place,
  })
}
