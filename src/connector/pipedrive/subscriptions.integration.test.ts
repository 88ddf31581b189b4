import { describe, expect, it } from 'vitest'
import {
  app,
  failureOf,
  oauth,
  openPipedrive,
  refreshToken,
} from '../../../test/support/open-pipedrive.ts'
import type { WantedSubscription } from '../../model/subscription.ts'
import { pipedriveSource } from './source.ts'

const auth = { user: 'crm', password: 'a-password-of-a-user' }
const url = 'https://hooks.acme.example/webhooks/crm/a-secret'
const minute = 60_000

function wantedOf(object: string): WantedSubscription {
  return { object, name: 'syncline production', url, auth }
}

function failures(count: number, opened: ReturnType<typeof openPipedrive>): void {
  for (let made = 0; made < count; made += 1) opened.create('/api/v2/deals', { title: 'x' })
  for (const { id } of opened.company.takeDispatches()) opened.company.report(id, 503)
}

describe('webhooks of the local Pipedrive', () => {
  it.each(pipedriveSource.objects.map(({ name }) => name))(
    'are made of %s and listed as they were asked for',
    async (object) => {
      const { reader, run } = openPipedrive()
      const made = await run(reader.subscriptions.create(wantedOf(object)))
      expect(made).toEqual({
        id: made.id,
        object,
        name: 'syncline production',
        url,
        auth,
        tellsAll: true,
        isActive: true,
        lastDelivery: null,
      })
      expect(await run(reader.subscriptions.list())).toEqual([made])
    },
  )

  it('are deleted, and a second time without complaint', async () => {
    const { reader, run } = openPipedrive()
    const { id } = await run(reader.subscriptions.create(wantedOf('deals')))
    await run(reader.subscriptions.delete(id))
    await run(reader.subscriptions.delete(id))
    expect(await run(reader.subscriptions.list())).toEqual([])
  })

  it('without a user have none', async () => {
    const { reader, run } = openPipedrive()
    const made = await run(reader.subscriptions.create({ ...wantedOf('deals'), auth: null }))
    expect(made.auth).toBeNull()
  })

  it('say how their last delivery went, and not that they are banned', async () => {
    const opened = openPipedrive()
    const { reader, run, company } = opened
    const lastDelivery = async () => (await run(reader.subscriptions.list()))[0]?.lastDelivery
    await run(reader.subscriptions.create(wantedOf('deals')))
    failures(10, opened)
    expect(await lastDelivery()).toEqual({ at: null, status: 503 })
    company.advance(10 * minute)
    failures(1, opened)
    expect(company.events().at(-1)?.fate).toBe('banned')
    expect(await lastDelivery()).toEqual({ at: null, status: 503 })
  })

  it('show nothing of an event that was given up, once another was delivered', async () => {
    const opened = openPipedrive()
    const { reader, run, company } = opened
    const status = async () => (await run(reader.subscriptions.list()))[0]?.lastDelivery?.status
    await run(reader.subscriptions.create(wantedOf('deals')))
    failures(1, opened)
    for (const seconds of [3, 30, 150]) {
      company.advance(seconds * 1_000)
      for (const { id } of company.takeDispatches()) company.report(id, 503)
    }
    expect([company.events().at(-1)?.fate, await status()]).toEqual(['given_up', 503])
    opened.create('/api/v2/deals', { title: 'x' })
    const [next] = company.takeDispatches()
    company.report(next?.id ?? 0, 200)
    // The one that is lost was tried four times, and the one that tells of it none before.
    expect(JSON.parse(next?.body ?? '')).toMatchObject({ meta: { attempt: 1 } })
    expect(await status()).toBe(200)
  })

  it('are not listed any more once they were deleted for failing three days', async () => {
    const opened = openPipedrive()
    const { reader, run, company } = opened
    await run(reader.subscriptions.create(wantedOf('deals')))
    failures(1, opened)
    company.advance(3 * 1_440 * minute)
    expect(await run(reader.subscriptions.list())).toEqual([])
  })

  it('are not for an app without the scope admin', async () => {
    const options = { apps: [app], refreshTokens: [refreshToken] }
    const { reader, run } = openPipedrive({ state: options }, { oauth })
    expect(await run(failureOf(reader.subscriptions.list()))).toMatchObject({
      kind: 'auth',
      message: expect.stringContaining('scope admin'),
    })
  })
})
