import { describe, expect, it } from 'vitest'
import type { Subscription, WantedSubscription } from '../../model/subscription.ts'
import { decideSubscriptions, isFailing, subscriptionName } from './decide-subscriptions.ts'

const address = 'https://hooks.acme.example/webhooks/crm'
const url = `${address}/a-secret-of-a-path`
const auth = { user: 'crm', password: 'a-password-of-a-user' }
const name = subscriptionName('production')

const wanted = (object: string): WantedSubscription => ({ object, name, url, auth })

function present(id: string, changes: Partial<Subscription> = {}): Subscription {
  return {
    id,
    name,
    url,
    auth,
    object: 'deals',
    tellsAll: true,
    isActive: true,
    lastDelivery: null,
    ...changes,
  }
}

function decided(
  objects: readonly string[],
  there: readonly Subscription[],
): { readonly kept: string[]; readonly created: string[]; readonly removed: string[] } {
  const { kept, created, removed } = decideSubscriptions(objects.map(wanted), there, address)
  return {
    kept: kept.map(({ id }) => id),
    created: created.map(({ object }) => object),
    removed: removed.map(({ id }) => id),
  }
}

describe('subscriptions', () => {
  it('are made for each object where there are none', () => {
    expect(decided(['deals', 'persons'], [])).toEqual({
      kept: [],
      created: ['deals', 'persons'],
      removed: [],
    })
  })

  it('are kept where they are as wanted', () => {
    const there = [present('1'), present('2', { object: 'persons' })]
    expect(decided(['persons', 'deals'], there)).toEqual({
      kept: ['2', '1'],
      created: [],
      removed: [],
    })
  })

  it('are removed where their object is not pulled any more', () => {
    const there = [present('1'), present('2', { object: 'persons' })]
    expect(decided(['deals'], there)).toEqual({ kept: ['1'], created: [], removed: ['2'] })
    expect(decided([], there).removed).toEqual(['1', '2'])
  })

  it.each<[string, Partial<Subscription>]>([
    ['is of another object', { object: 'persons' }],
    ['is of more than one object', { object: null }],
    ['does not tell everything', { tellsAll: false }],
    ['is not active', { isActive: false }],
    ['leads to the address with a secret from before', { url: `${address}/an-older-secret` }],
    ['leads to the address without its secret', { url: address }],
    ['has another user', { auth: { ...auth, user: 'other' } }],
    ['has another password', { auth: { ...auth, password: 'an-older-password' } }],
    ['has no user', { auth: null }],
  ])('are made anew where one of ours %s', (_what, changes) => {
    expect(decided(['deals'], [present('1', changes)])).toEqual({
      kept: [],
      created: ['deals'],
      removed: ['1'],
    })
  })

  it.each<[string, Partial<Subscription>]>([
    ['has the name of another environment', { name: subscriptionName('staging') }],
    ['has a password that is not shown', { auth: { ...auth, password: null } }],
    ['failed last', { lastDelivery: { at: null, status: 503 } }],
  ])('are kept where one of ours %s', (_what, changes) => {
    expect(decided(['deals'], [present('1', changes)])).toMatchObject({ kept: ['1'], created: [] })
  })

  it.each<[string, Partial<Subscription>]>([
    ['has another name', { name: 'made by hand' }],
    ['has a name that begins alike', { name: 'synclines of acme' }],
    ['leads to another server', { url: 'https://else.acme.example/webhooks/crm/secret' }],
    ['leads to another connection', { url: 'https://hooks.acme.example/webhooks/crm2/secret' }],
  ])('of someone else are left alone: one that %s', (_what, changes) => {
    expect(decided(['deals'], [present('1', changes)])).toEqual({
      kept: [],
      created: ['deals'],
      removed: [],
    })
  })

  it('that are there twice are kept once, and it is the oldest whoever decides', () => {
    const there = [present('10'), present('9'), present('11')]
    const either = [there, there.toReversed()]
    for (const order of either) {
      const { kept, created, removed } = decided(['deals'], order)
      expect([kept, created, removed.toSorted()]).toEqual([['9'], [], ['10', '11']])
    }
  })
})

describe('the last delivery', () => {
  it.each([
    ['none', null, false],
    ['answered with 200', { at: null, status: 200 }, false],
    ['answered with 204', { at: null, status: 204 }, false],
    ['answered with 302', { at: null, status: 302 }, true],
    ['refused with 401', { at: null, status: 401 }, true],
    ['not answered', { at: '2026-03-10T12:00:00.000000Z', status: null }, true],
  ])('%s: it is failing: %s', (_what, lastDelivery, failing) => {
    expect(isFailing({ lastDelivery })).toBe(failing)
  })
})
