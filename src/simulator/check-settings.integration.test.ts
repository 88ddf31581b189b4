/** What a local CRM is told while it runs, over HTTP as a test in another process would. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveHubSpot } from './hubspot/serve.ts'
import { servePipedrive } from './pipedrive/serve.ts'
import { serveSalesforce } from './salesforce/serve.ts'

const crms = { hubspot: serveHubSpot, salesforce: serveSalesforce, pipedrive: servePipedrive }

describe.each(Object.entries(crms))('settings of a local %s', (_, serve) => {
  let server: { readonly url: string; close(): Promise<void> }
  beforeAll(async () => {
    server = await serve({ port: 0 })
  })
  afterAll(() => server.close())

  const post = async (action: string, body: unknown) => {
    const url = `${server.url}/_local/${action}`
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
    const told: { readonly message?: string } = JSON.parse(await answer.text())
    return [answer.status, told.message ?? told] as const
  }
  const settings = async (): Promise<unknown> =>
    JSON.parse(await (await fetch(`${server.url}/_local/settings`)).text())

  it.each([
    [{ nonsense: 1 }, /^There is no setting nonsense\. There are: .*faults/],
    [{ seed: 7 }, /^There is no setting seed\./],
    [{ fautls: {} }, /^There is no setting fautls\. Did you mean faults\?/],
    [
      { faults: { rates: { dropafter: 1 } } },
      /^There is no kind faults\.rates\.dropafter\. Did you mean drop_after\?/,
    ],
    [{ faults: { rates: { latency: 2 } } }, /^`faults\.rates\.latency` is 2, and a probability/],
    [{ faults: { rates: 1 } }, /^`faults\.rates` is 1, and a JSON object\./],
    [{ faults: { latency: 1 } }, /^There is no setting faults\.latency\./],
    [{ faults: { latencyMs: 5 } }, /^`faults\.latencyMs` is 5, and a list of 2 numbers\./],
    [
      { faults: { operations: ['oaut'] } },
      /^`faults\.operations` can not be oaut\. Did you mean oauth\?/,
    ],
    [{ limits: 'nome' }, /^`limits` can not be nome\. Did you mean none\?/],
    [{ limits: { nonsense: 1 } }, /^There is no setting limits\.nonsense\./],
    [[], /^What is given is \[\], and a JSON object\./],
  ])('%j is refused with 400, and changes nothing', async (given, message) => {
    const before = await settings()
    expect(await post('settings', given)).toEqual([400, expect.stringMatching(message)])
    expect(await settings()).toEqual(before)
  })

  it('a part of the state that there is not is refused with 400', async () => {
    expect(await post('seed', { recrods: {} })).toEqual([
      400,
      expect.stringMatching(/^There is no part of the state recrods\. Did you mean records\?/),
    ])
  })

  it('records of an object that there is not are refused with 400', async () => {
    const answer = await fetch(`${server.url}/_local/records?object=nonsense`)
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('`object` can not be nonsense.'),
    ])
  })

  it.each([
    [{ kind: 'drop_befor' }, '`kind` can not be drop_befor. Did you mean drop_before?'],
    [{ kind: 'latency', operation: 'listt' }, '`operation` can not be listt.'],
    [{ kind: 'latency', tmes: 2 }, 'There is no part of a fault tmes. Did you mean times?'],
    [{ operation: 'oauth' }, 'A fault has a `kind`.'],
    [{ kind: 'server_error_before', status: '503' }, '`status` is "503", and a number.'],
    [
      { kind: 'server_error_before', status: 502 },
      '`status` of the fault server_error_before can not be 502. There is: 500, 503.',
    ],
    [
      { kind: 'drop_before', status: 500 },
      '`status` of the fault drop_before can not be 500. There is: no status to choose.',
    ],
  ])('the planned fault %j is refused with 400', async (given, message) => {
    expect(await post('faults', given)).toEqual([400, expect.stringContaining(message)])
  })

  it.each([
    [{ kind: 'creat', object: 'contacts' }, '`kind` can not be creat. Did you mean create?'],
    [{ object: 'contacts' }, '`kind` is undefined, and one of these: create, '],
    [
      { kind: 'create', object: 'contacts', fields: { name: 'Ada' } },
      'There is no part of the edit create fields. There are: object, ',
    ],
    [{ kind: 'create', object: 'contacts' }, 'The edit create has the part '],
    [{ kind: 'update', object: 'contacts' }, 'The edit update has the part `id`.'],
    [{ kind: 'update', object: 'contacts', id: 1 }, '`id` is 1, and a string.'],
    [[], 'What is given is [], and a JSON object.'],
  ])('the edit %j is refused with 400', async (given, message) => {
    expect(await post('edit', given)).toEqual([400, expect.stringContaining(message)])
  })

  it('are taken where they are right, and complete what stands', async () => {
    const faults = { rates: { drop_after: 0.5 }, operations: ['oauth'], lateMs: [1, 2] }
    expect(await post('settings', { faults })).toMatchObject([200, { faults }])
    expect(await post('settings', { limits: 'none' })).toMatchObject([200, { faults }])
    expect(await post('faults', { kind: 'latency', times: 2 })).toEqual([200, {}])
  })
})

it('limits are completed by those that stand, and one may be lifted', async () => {
  const server = await serveHubSpot({ port: 0 })
  const post = async (limits: unknown): Promise<unknown> => {
    const body = JSON.stringify({ limits })
    const answer = await fetch(`${server.url}/_local/settings`, { method: 'POST', body })
    return JSON.parse(await answer.text())
  }
  expect(await post({ daily: 5 })).toMatchObject({
    limits: { daily: 5, burst: { max: 190, windowMs: 10_000 } },
  })
  expect(await post({ burst: null })).toMatchObject({ limits: { daily: 5, burst: null } })
  await server.close()
})
