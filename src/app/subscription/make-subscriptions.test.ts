import { expect, it } from 'vitest'
import { planSubscriptions } from './make-subscriptions.ts'
import type { SubscribedConnection } from './subscribed-connections.ts'
import type { Workspace } from '../workspace/workspace.ts'

function planIn(account: string, bound: string | null): Promise<unknown> {
  const reader = {
    account: () => Promise.resolve({ id: account, name: 'Acme', timeZone: null }),
    subscriptions: { list: () => Promise.resolve([]) },
  }
  const workspace = {
    project: { connections: new Map() },
    source: () => Promise.resolve({ reader }),
    ledger: () => Promise.resolve({ sync: () => Promise.resolve({ accountId: bound }) }),
  }
  const target = {
    connection: { name: 'crm' },
    pulls: [{ name: 'crm', crm: 'crm', place: { file: 'syncs/crm.yaml' } }],
    wanted: [],
    address: 'https://example.com/webhooks/crm',
    knowsAll: true,
  }
  return planSubscriptions(
    workspace as unknown as Workspace,
    target as unknown as SubscribedConnection,
  )
}

it('plans no webhooks in another company than the one that was pulled from', async () => {
  await expect(planIn('2', '1')).rejects.toMatchObject({ code: 'pull.other_account' })
  expect(await planIn('1', '1')).toMatchObject({ created: [] })
  expect(await planIn('1', null)).toMatchObject({ created: [] })
})
