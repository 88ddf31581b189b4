import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BadDay, expectOneError } from './bad-day.ts'
import { listen, serveProxy } from '../support/loopback.ts'
import { serveTlsCrm } from './tls-crm.ts'

let day: BadDay
const cleanups: (() => Promise<void>)[] = []

const readerScopes = ['crm.objects.contacts.read', 'crm.schemas.contacts.read']

beforeEach(async () => {
  day = await BadDay.begin({
    state: { privateApps: [{ token: 'pat-reader', name: 'reader', scopes: readerScopes }] },
  })
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
  await day.end()
})

const withToken = (token: string) => (text: string) => text.replace('pat-local', token)
const withUrl = (url: string) => (text: string) => text.replace(day.hubspot.url, url)

describe('a token that the CRM does not accept', () => {
  it('is one error that shows no token; with the right one the next run is right', async () => {
    const correct = day.edit('syncline.yaml', withToken('pat-of-nobody'))
    const said = await day.run()
    expectOneError(said, 3, 'push.refused', /HubSpot answered 401/, /syncline check/)
    expect(said.text).not.toContain('pat-of-nobody')
    await day.expectNothingWritten()
    expect(day.contacts().records).toBe(0)
    correct()
    await day.expectRightRun()
  })
})

describe('a token that may only read', () => {
  it('is one error that names the missing scope, before and in a run', async () => {
    const correct = day.edit('syncline.yaml', withToken('pat-reader'))
    const checked = await day.cli(['check'])
    expectOneError(checked, 3, 'app.missing_permission', 'lacks crm.objects.contacts.write')
    const said = await day.run()
    expectOneError(said, 3, 'push.refused', 'crm.objects.contacts.write', /syncline check/)
    expect(said.reports).toMatchObject([{ outcomes: { delivered: 0, deferred: 100 } }])
    await day.expectNothingWritten()
    expect(day.contacts().records).toBe(0)
    correct()
    await day.expectRightRun()
  })
})

describe('an object that the CRM does not have', () => {
  it('is one error that names the nearest it has', async () => {
    const correct = day.edit('syncs/customers.yaml', (text) =>
      text.replace('object: contacts', 'object: contcts'),
    )
    const meant = /no object contcts; did you mean contacts\?/
    expectOneError(await day.run(), 2, 'push.unknown_object', meant, /syncline discover/)
    const checked = await day.cli(['check'])
    expect([checked.exit, checked.errors.at(-1)]).toMatchObject([
      2,
      { code: 'app.request', message: expect.stringContaining('; did you mean contacts?') },
    ])
    await day.expectNothingWritten()
    expect(day.contacts().records).toBe(0)
    correct()
    await day.expectRightRun()
  })
})

describe('a host that is not there', () => {
  it('is one error that names it, and of a local CRM tells how to start it', async () => {
    const gone = await listen(createServer())
    await gone.close()
    const nobody = day.edit('syncline.yaml', withUrl(`https://127.0.0.2:${gone.number}`))
    const refused = new RegExp(`127\\.0\\.0\\.2:${gone.number}.*ECONNREFUSED`)
    expectOneError(await day.run(), 3, 'push.unreachable', refused, /Correct the address/)
    nobody()
    const local = day.edit('syncline.yaml', withUrl(`http://127.0.0.1:${gone.number}`))
    const start = new RegExp(`syncline simulate hubspot --port ${gone.number}`)
    expectOneError(await day.run(), 3, 'app.local_crm', /nothing answers at/, start)
    await day.expectNothingWritten()
    expect(day.contacts().records).toBe(0)
    local()
    await day.expectRightRun()
  })
})

describe('a certificate that nobody vouches for', () => {
  it('is one error that says how to trust it, and is none once it is trusted', async () => {
    const crm = await serveTlsCrm(day.hubspot.simulator)
    cleanups.push(crm.close)
    day.edit('syncline.yaml', withUrl(crm.url))
    const said = await day.run()
    expectOneError(said, 3, 'push.unreachable', /self-signed certificate/, /NODE_EXTRA_CA_CERTS/)
    await day.expectNothingWritten()
    expect(day.contacts().records).toBe(0)
    await day.expectRightRun(100, { NODE_EXTRA_CA_CERTS: crm.certificate })
  })

  it('is trusted behind a proxy, through which every request goes', async () => {
    const crm = await serveTlsCrm(day.hubspot.simulator)
    const proxy = await serveProxy()
    cleanups.push(crm.close, proxy.close)
    day.edit('syncline.yaml', withUrl(crm.url))
    const variables = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: crm.certificate }
    await day.expectRightRun(100, variables)
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(crm.url).host]))
    const asked = proxy.asked.length
    const direct = await day.cli(['discover'], { ...variables, NO_PROXY: 'localhost' })
    expect([direct.exit, proxy.asked.length]).toEqual([0, asked])
  })

  it('is one error where the file of certificates is not there, or holds none', async () => {
    const crm = await serveTlsCrm(day.hubspot.simulator)
    cleanups.push(crm.close)
    day.edit('syncline.yaml', withUrl(crm.url))
    const missing = await day.run({ NODE_EXTRA_CA_CERTS: day.path('no-such.pem') })
    expectOneError(missing, 2, 'app.certificates', 'no-such.pem', /NODE_EXTRA_CA_CERTS/)
    const other = await day.run({ NODE_EXTRA_CA_CERTS: day.path('syncline.yaml') })
    expectOneError(other, 2, 'app.certificates', 'no certificate', /NODE_EXTRA_CA_CERTS/)
    await day.expectNothingWritten()
    expect(day.contacts().records).toBe(0)
  })

  it('is one error that names the proxy where that is not there', async () => {
    const gone = await serveProxy()
    await gone.close()
    const crm = await serveTlsCrm(day.hubspot.simulator)
    cleanups.push(crm.close)
    day.edit('syncline.yaml', withUrl(crm.url))
    const variables = { HTTPS_PROXY: gone.url, NODE_EXTRA_CA_CERTS: crm.certificate }
    const said = await day.run(variables)
    expectOneError(said, 3, 'push.unreachable', new URL(gone.url).host, /proxy/)
    await day.expectNothingWritten()
    expect(day.contacts().records).toBe(0)
  })
})
