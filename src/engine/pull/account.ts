/** A history belongs to one account of a CRM: ids mean other records in another one. */
import { describeFailure } from './failures.ts'
import { bindSync } from '../working-schema.ts'
import type { Account } from '../../connector/connector.ts'
import type { CrmReader } from '../../connector/source.ts'
import type { PullSync } from '../../model/sync.ts'
import type { LoadContext } from './context.ts'
import { pullErrors } from './errors.ts'

export async function verifyPulledAccount(
  context: LoadContext & { readonly reader: CrmReader },
): Promise<void> {
  const { ledger, lease, reader, sync, warehouse } = context
  const account = await describeFailure(context, reader.account())
  const { accountId } = await ledger.sync(sync.name)
  if (accountId === account.id) return
  refuseOtherAccount(sync, account, accountId)
  await warehouse.session((session) => bindSync(context, session, { account_id: account.id }))
  await ledger.bindAccount(lease.current(), account.id)
}

/** `bound` is the account that the sync's history is of, null before the first read. */
export function refuseOtherAccount(sync: PullSync, account: Account, bound: string | null): void {
  if (bound === null || bound === account.id) return
  throw pullErrors.other_account({
    message: `Sync ${sync.name}: connection ${sync.crm} reaches account ${account.id} (${account.name}), but its history is that of account ${bound}.`,
    place: sync.place,
  })
}
