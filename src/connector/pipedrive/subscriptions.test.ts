import { describe, expect, it } from 'vitest'
import type { WantedSubscription } from '../../model/subscription.ts'
import { json, type ScriptedAnswer } from '../http/scripted-transport.ts'
import { date, ok, page, refused, scriptedPipedrive } from './scripted-pipedrive.ts'

const wanted: WantedSubscription = {
  object: 'deals',
  name: 'syncline production',
  url: 'https://hooks.acme.example/webhooks/crm/a-secret',
  auth: { user: 'crm', password: 'a-password' },
}
const shown = {
  id: 7,
  name: wanted.name,
  subscription_url: wanted.url,
  event_action: '*',
  event_object: 'deal',
  version: '2.0',
  is_active: 1,
  http_auth_user: 'crm',
  http_auth_password: 'a-password',
  last_delivery_time: null,
  last_http_status: null,
}

function opened(answer: ScriptedAnswer) {
  const { reader, seen, run } = scriptedPipedrive(() => answer)
  return { subscriptions: reader.subscriptions, seen, run }
}

async function listed(changes: object) {
  const { subscriptions, run } = opened(ok([{ ...shown, ...changes }]))
  return (await run(subscriptions.list()))[0]
}

describe('a webhook', () => {
  it('is shown by what it asks for', async () => {
    expect(await listed({})).toEqual({
      id: '7',
      name: wanted.name,
      url: wanted.url,
      auth: wanted.auth,
      object: 'deals',
      tellsAll: true,
      isActive: true,
      lastDelivery: null,
    })
  })

  it.each([
    ['of all objects', { event_object: '*' }, { object: null }],
    ['of an object that can not be read', { event_object: 'board' }, { object: null }],
    ['of deletions alone', { event_action: 'delete' }, { tellsAll: false }],
    ['of the first format', { version: '1.0' }, { tellsAll: false }],
    ['that was turned off', { is_active: 0 }, { isActive: false }],
    ['without a user', { http_auth_user: null, http_auth_password: null }, { auth: null }],
    [
      'with a password that is not told',
      { http_auth_password: null },
      { auth: { user: 'crm', password: null } },
    ],
    [
      'with a password in stars',
      { http_auth_password: '********' },
      { auth: { user: 'crm', password: null } },
    ],
    [
      'that delivered',
      { last_delivery_time: '2026-03-10 12:00:00', last_http_status: 200 },
      { lastDelivery: { at: '2026-03-10T12:00:00.000000Z', status: 200 } },
    ],
    [
      'that got no answer',
      { last_delivery_time: '2026-03-10 12:00:00', last_http_status: null },
      { lastDelivery: { at: '2026-03-10T12:00:00.000000Z', status: null } },
    ],
    [
      'that was refused from the first on',
      { last_http_status: 404 },
      { lastDelivery: { at: null, status: 404 } },
    ],
  ])('%s is told apart', async (_what, changes, told) => {
    expect(await listed(changes)).toMatchObject(told)
  })

  it('is none where the list is empty, which may be null', async () => {
    const { subscriptions, run } = opened(ok(null))
    expect(await run(subscriptions.list())).toEqual([])
  })

  it.each<[string, ScriptedAnswer]>([
    ['a page', page(200, 'Sign in')],
    ['a webhook without an address', ok([{ ...shown, subscription_url: null }])],
    ['no list', ok({ id: 1 })],
  ])('is not read from %s', async (_what, answer) => {
    const { subscriptions, run } = opened(answer)
    await expect(run(subscriptions.list())).rejects.toMatchObject({ kind: 'unknown' })
  })

  it('is sent once, also where nobody knows what became of it', async () => {
    const { subscriptions, run, seen } = opened(page(502, 'Bad gateway'))
    await expect(run(subscriptions.create(wanted))).rejects.toMatchObject({ kind: 'unknown' })
    expect(seen).toHaveLength(1)
  })

  it('that is refused is explained by all that is wrong with it', async () => {
    const errors = { subscription_url: ['it must be HTTPS'], name: ['it is required'] }
    const refusal = json(400, { status: 'error', success: false, errors }, { date })
    const { subscriptions, run } = opened(refusal)
    await expect(run(subscriptions.create(wanted))).rejects.toMatchObject({
      kind: 'invalid',
      message: 'Pipedrive answered 400: it must be HTTPS; it is required',
    })
  })

  it('takes an administrator, or the scope of one, which the refusal does not name', async () => {
    const { subscriptions, run } = opened(refused(403, 'Scope and URL mismatch'))
    await expect(run(subscriptions.list())).rejects.toMatchObject({
      kind: 'auth',
      message: expect.stringContaining('The app needs the scope admin'),
    })
  })

  it('that is gone already is deleted', async () => {
    const { subscriptions, run } = opened(refused(404, 'Webhook not found'))
    expect(await run(subscriptions.delete('7'))).toBeUndefined()
  })
})
