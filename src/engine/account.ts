/** A baseline belongs to one CRM account; another one behind the same connection stops the run. */
import type { PushContext } from './context.ts'
import { pushErrors } from './errors.ts'
import { describeFailure } from './failures.ts'
import { bindAccount } from './working-schema.ts'

export async function verifyAccount(context: PushContext): Promise<void> {
  const { crm, ledger, sync } = context
  const account = await describeFailure(context, crm.account())
  const { accountId } = await ledger.sync(sync.name)
  if (accountId === account.id) return
  if (accountId !== null) {
    throw pushErrors.other_account({
      message: `Sync ${sync.name}: connection ${sync.crm} reaches account ${account.id} (${account.name}), but the baseline is bound to account ${accountId}.`,
      place: sync.place,
    })
  }
  await context.warehouse.session((session) => bindAccount(context, session, account.id))
  await ledger.bindAccount(context.lease.current(), account.id)
}
