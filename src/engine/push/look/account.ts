/** A baseline belongs to one account of a CRM; another one behind the same name stops the run. */
import type { PushContext } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'
import { describeFailure } from '../errors/failures.ts'

/** What a first run is to bind its baseline to, once it is known to exist; null where it is bound. */
export async function checkAccount(
  context: Pick<PushContext, 'crm' | 'ledger' | 'sync'>,
): Promise<string | null> {
  const { crm, ledger, sync } = context
  const account = await describeFailure(context, crm.account())
  const { accountId } = await ledger.sync(sync.name)
  if (accountId === null) return `${account.id}${separator}${sync.object}`
  const bound = readBinding(accountId)
  if (bound.account === account.id) return null
  throw pushErrors.other_account({
    message: `Sync ${sync.name}: connection ${sync.crm} reaches account ${account.id} (${account.name}), but the baseline is bound to account ${bound.account}.`,
    place: sync.place,
  })
}

/** A binding's account, and the object as the sync named it then; null in what older versions bound. */
export function readBinding(binding: string): {
  readonly account: string
  readonly object: string | null
} {
  const [account = '', ...object] = binding.split(separator)
  return { account, object: object.length === 0 ? null : object.join(separator) }
}

/** Between account and object in a binding; no account id holds it. */
const separator = ' '
