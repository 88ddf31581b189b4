/** A baseline belongs to one object of one CRM account; anything else behind its name stops the run. */
import type { PushContext } from '../../context.ts'
import { describeObject } from './describe-object.ts'
import { pushErrors } from '../../errors.ts'
import { describeFailure } from '../../failures.ts'
import { bindAccount } from '../../working-schema.ts'

export async function verifyAccount(context: PushContext): Promise<void> {
  const binding = await checkAccount(context)
  if (binding !== null) await bind(context, binding)
}

/** What a first run is to bind its baseline to, once it is known to exist; null where it is bound. */
export async function checkAccount(
  context: Pick<PushContext, 'connector' | 'crm' | 'ledger' | 'sync'>,
): Promise<string | null> {
  const { connector, crm, ledger, sync } = context
  const account = await describeFailure(context, crm.account())
  const { accountId: bound } = await ledger.sync(sync.name)
  const binding = `${account.id}${separator}${sync.object}`
  if (bound === binding) return null
  if (bound === null) return binding
  const [boundAccount, boundObject] = bound.split(separator)
  if (boundAccount !== account.id) {
    throw pushErrors.other_account({
      message: `Sync ${sync.name}: connection ${sync.crm} reaches account ${account.id} (${account.name}), but the baseline is bound to account ${boundAccount}.`,
      place: sync.place,
    })
  }
  // Ids are unique per object only: those of contacts would name other people's companies.
  const isOther =
    connector.objectKey(boundObject ?? sync.object) !== connector.objectKey(sync.object)
  if (isOther) {
    // A name that the CRM does not know is a slip of the pen, and told as one.
    await describeObject(context, sync.object)
    throw pushErrors.other_object({
      message: `Sync ${sync.name} pushes ${sync.object}, but its baseline holds records of ${boundObject}.`,
      place: sync.place,
    })
  }
  return null
}

export async function bind(context: PushContext, binding: string): Promise<void> {
  await context.warehouse.session((session) => bindAccount(context, session, binding))
  await context.ledger.bindAccount(context.lease.current(), binding)
}

/** Between account and object in a binding; no account id holds it. */
const separator = ' '
