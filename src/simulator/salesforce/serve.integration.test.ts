import { afterEach, describe, expect, it } from 'vitest'
import { type SalesforceServer, serveSalesforce } from './serve.ts'

let server: SalesforceServer | null = null

async function open(): Promise<string> {
  server = await serveSalesforce({ port: 0, token: 'mine' })
  return server.url
}

afterEach(async () => {
  await server?.close()
  server = null
})

async function ask(
  url: string,
  method = 'GET',
  body?: object,
): Promise<readonly [number, unknown]> {
  const response = await fetch(url, {
    method,
    headers: { authorization: 'Bearer mine', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return [response.status, text === '' ? null : JSON.parse(text)]
}

const data = '/services/data/v67.0'

describe('the served local Salesforce', () => {
  it('can be seeded, looked into, edited and reset from outside', async () => {
    const url = await open()
    const local = `${url}/_local`
    expect(await ask(`${local}/ready`)).toEqual([200, { ready: true }])
    const id = '001000000000005AAA'
    const records = { Account: [{ id, values: { Name: 'A' } }] }
    expect(await ask(`${local}/seed`, 'POST', { records })).toEqual([200, {}])
    expect((await ask(`${url}${data}/sobjects/Account/${id}`))[0]).toBe(200)
    const edit = { kind: 'update', object: 'Account', id, values: { Phone: '1' } }
    expect(await ask(`${local}/edit`, 'POST', edit)).toEqual([200, { id }])
    expect((await ask(`${local}/log?from=0`))[1]).toMatchObject({
      results: [{ source: 'person', changes: { Phone: [null, '1'] } }],
    })
    expect((await ask(`${local}/dump`))[1]).toMatchObject({
      formatVersion: 1,
      state: { records: { Account: [{ id, values: { Name: 'A', Phone: '1' } }] } },
      calls: { 'read Account': 1 },
    })
    expect((await ask(`${local}/records?object=Account`))[1]).toMatchObject({ results: [{ id }] })
    expect((await ask(`${local}/calls`))[1]).toEqual({ 'read Account': 1 })
    await ask(`${local}/reset`, 'POST')
    expect((await ask(`${url}${data}/sobjects/Account/${id}`))[0]).toBe(404)
  })

  it('takes settings, faults, locks and the end of all sessions', async () => {
    const url = await open()
    const local = `${url}/_local`
    const [, settings] = await ask(`${local}/settings`, 'POST', {
      limits: 'none',
      lockHoldMs: 5,
      faults: { rates: { limit_total: 1 } },
    })
    expect(settings).toMatchObject({ limits: { dailyRequests: null }, lockHoldMs: 5 })
    expect((await ask(`${url}${data}/limits`))[0]).toBe(403)
    await ask(`${local}/settings`, 'POST', { limits: 'developer', faults: { rates: {} } })
    expect((await ask(`${url}${data}/limits`))[1]).toMatchObject({
      DailyApiRequests: { Max: 15_000 },
    })
    await ask(`${local}/faults`, 'POST', { kind: 'drop_after' })
    await expect(ask(`${url}${data}/sobjects/Account`, 'POST', { Name: 'A' })).rejects.toThrow(
      'fetch failed',
    )
    const [, written] = await ask(`${local}/records?object=Account`)
    expect(written).toMatchObject({ results: [{ values: { Name: 'A' } }] })
    await ask(`${local}/faults`, 'POST', { kind: 'limit_total' })
    await ask(`${local}/faults`, 'DELETE')
    const [, { id }] = await created(url)
    await ask(`${local}/locks`, 'POST', { id })
    expect((await ask(`${url}${data}/sobjects/Account/${id}`, 'DELETE'))[0]).toBe(400)
    await ask(`${local}/locks?id=${id}`, 'DELETE')
    expect((await ask(`${url}${data}/sobjects/Account/${id}`, 'DELETE'))[0]).toBe(204)
    const form = 'grant_type=client_credentials&client_id=local&client_secret=local-secret'
    const answer = await fetch(`${url}/services/oauth2/token`, { method: 'POST', body: form })
    const token: { access_token: string; instance_url: string } = JSON.parse(await answer.text())
    expect(token.instance_url).toBe(url)
    await ask(`${local}/expire`, 'POST')
    const headers = { authorization: `Bearer ${token.access_token}` }
    expect((await fetch(`${url}${data}/limits`, { headers })).status).toBe(401)
  })

  it('shows Bulk jobs, aborts and fails them, and lets them expire', async () => {
    const url = await open()
    const local = `${url}/_local`
    const jobs = `${url}${data}/jobs/ingest`
    await ask(`${local}/settings`, 'POST', { bulkParallel: 0 })
    const run = async () => {
      const [, job] = await ask(jobs, 'POST', { object: 'Account', operation: 'insert' })
      const { id } = Object(job)
      const headers = { authorization: 'Bearer mine', 'content-type': 'text/csv' }
      await fetch(`${jobs}/${id}/batches`, { method: 'PUT', headers, body: 'Name\nA\nB\n' })
      await ask(`${jobs}/${id}`, 'PATCH', { state: 'UploadComplete' })
      return String(id)
    }
    const [first, second] = [await run(), await run()]
    expect((await ask(`${local}/jobs`))[1]).toMatchObject({
      results: [
        {
          spec: { id: first, object: 'Account' },
          state: 'UploadComplete',
          content: 'Name\nA\nB\n',
        },
        { spec: { id: second } },
      ],
    })
    expect(await ask(`${local}/jobs/abort`, 'POST', { id: first })).toEqual([200, {}])
    expect(await ask(`${local}/jobs/fail`, 'POST', { id: second, afterRows: 1 })).toEqual([200, {}])
    await ask(`${local}/settings`, 'POST', { bulkParallel: 1 })
    const info = async (id: string) => (await ask(`${jobs}/${id}`))[1]
    expect([await info(first), await info(second)]).toMatchObject([
      { state: 'Aborted', numberRecordsProcessed: 0 },
      { state: 'Failed', numberRecordsProcessed: 1 },
    ])
    expect((await ask(`${local}/jobs/abort`, 'POST', { id: first }))[0]).toBe(400)
    expect(await ask(`${local}/jobs/expire`, 'POST')).toEqual([200, {}])
    expect((await ask(`${jobs}/${first}`))[0]).toBe(404)
  })

  it('says what is wrong with an action', async () => {
    const url = await open()
    const missing = { kind: 'delete', object: 'Account', id: '001000000000009' }
    expect((await ask(`${url}/_local/edit`, 'POST', missing))[0]).toBe(404)
    expect(await ask(`${url}/_local/seed`, 'POST', { records: { Rocket: [] } })).toEqual([
      400,
      { message: 'there is no object Rocket' },
    ])
    expect((await ask(`${url}/_local/nothing`))[0]).toBe(404)
    const broken = await fetch(`${url}/_local/seed`, { method: 'POST', body: '{' })
    expect(broken.status).toBe(400)
  })
})

async function created(url: string): Promise<readonly [number, { id: string }]> {
  const [status, body] = await ask(`${url}${data}/sobjects/Account`, 'POST', { Name: 'B' })
  if (typeof body === 'object' && body !== null && 'id' in body) {
    return [status, { id: String(body.id) }]
  }
  throw new Error(`not created: ${JSON.stringify(body)}`)
}
