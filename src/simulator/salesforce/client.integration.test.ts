import { generateKeyPairSync, sign } from 'node:crypto'
import { Connection } from 'jsforce'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localApp, localUser } from './salesforce.ts'
import { type SalesforceServer, serveSalesforce } from './serve.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const hour = 3_600_000
let server: SalesforceServer
/** How far the server's clock is ahead of ours. */
let ahead = 0
let connection: Connection

beforeEach(async () => {
  ahead = 0
  server = await serveSalesforce({
    port: 0,
    now: () => Date.now() + ahead,
    state: {
      apps: [{ ...localApp, runAs: localUser, certificate: publicKey }],
      logins: [{ username: localUser, password: 'wordTOKEN' }],
      refreshTokens: [{ token: 'refresh', clientId: 'local', username: localUser }],
      fields: {
        Account: [
          { name: 'Ext__c', type: 'string', externalId: true, unique: true },
          { name: 'Group__c', type: 'string', externalId: true },
        ],
      },
    },
  })
  connection = open()
  await connection.authorize({ grant_type: 'client_credentials' })
})

afterEach(() => server.close())

function open(config: object = {}): Connection {
  const oauth2 = { loginUrl: server.url, clientId: 'local', clientSecret: 'local-secret' }
  return new Connection({ version: '67.0', loginUrl: server.url, oauth2, ...config })
}

/** The name and the text of what the client throws. */
async function refusal(call: PromiseLike<unknown>): Promise<readonly [string, string]> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error) return [error.name, error.message]
  }
  throw new Error('it was not refused')
}

describe('signing in through jsforce', () => {
  it('takes client credentials and learns instance and user', async () => {
    expect(connection.instanceUrl).toBe(server.url)
    expect(connection.userInfo).toEqual({
      id: expect.stringMatching(/^005\w{15}$/),
      organizationId: expect.stringMatching(/^00D\w{15}$/),
      url: expect.stringContaining(`${server.url}/id/`),
    })
    expect(await connection.identity()).toMatchObject({ username: localUser })
  })

  it('takes a signed assertion, a password and a refresh token', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const exp = Math.floor(Date.now() / 1000) + 180
    const claims = { iss: 'local', sub: localUser, aud: 'https://login.salesforce.com', exp }
    const text = `${part({ alg: 'RS256' })}.${part(claims)}`
    const signature = sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')
    const signed = open()
    await signed.authorize({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${text}.${signature}`,
    })
    expect((await signed.identity()).username).toBe(localUser)
    const typed = open()
    await typed.loginByOAuth2(localUser, 'wordTOKEN')
    expect((await typed.identity()).username).toBe(localUser)
    const refreshing = open({
      instanceUrl: server.url,
      refreshToken: 'refresh',
      accessToken: 'old',
    })
    expect((await refreshing.identity()).username).toBe(localUser)
  })

  it('comes back from the page of consent with a code', async () => {
    const redirectUri = 'http://127.0.0.1:9/back'
    const app = { clientId: 'web', clientSecret: 'secret', callbackUrls: [redirectUri] }
    server.simulator.seed({ apps: [app] })
    const { clientId, clientSecret } = app
    const web = open({
      oauth2: { loginUrl: server.url, clientId, clientSecret, redirectUri, useVerifier: true },
    })
    const page = await fetch(web.oauth2.getAuthorizationUrl({ state: 'mine' }), {
      redirect: 'manual',
    })
    const back = new URL(page.headers.get('location') ?? '')
    expect(back.searchParams.get('state')).toBe('mine')
    await web.authorize(back.searchParams.get('code') ?? '')
    expect((await web.identity()).username).toBe(localUser)
    expect(web.refreshToken).toBeDefined()
  })

  it('is told what is wrong with a grant', async () => {
    const wrong = open({
      oauth2: { loginUrl: server.url, clientId: 'local', clientSecret: 'wrong' },
    })
    expect(await refusal(wrong.authorize({ grant_type: 'client_credentials' }))).toEqual([
      'invalid_client',
      'invalid client credentials',
    ])
  })

  it('renews a session that ended in the middle', async () => {
    const refreshing = open({
      instanceUrl: server.url,
      refreshToken: 'refresh',
      accessToken: 'old',
    })
    await refreshing.identity()
    server.simulator.expireSessions()
    expect((await refreshing.sobject('Account').create({ Name: 'A' })).success).toBe(true)
    server.simulator.expireSessions()
    const [, message] = await refusal(connection.sobject('Account').create({ Name: 'A' }))
    expect(message).toContain('No refresh token')
  })
})

describe('the schema through jsforce', () => {
  it('lists objects and fields', async () => {
    const { sobjects } = await connection.describeGlobal()
    expect(sobjects.map(({ name }) => name)).toContain('Opportunity')
    const { fields, keyPrefix } = await connection.describe('Account')
    expect(keyPrefix).toBe('001')
    expect(fields.find(({ name }) => name === 'Ext__c')).toMatchObject({
      externalId: true,
      unique: true,
      type: 'string',
    })
  })

  it('reads the limits and the count of requests', async () => {
    const { DailyApiRequests } = await connection.limits()
    expect(DailyApiRequests?.Max).toBe(15_000)
    expect(connection.limitInfo.apiUsage?.limit).toBe(15_000)
  })
})

describe('records through jsforce', () => {
  it('creates, reads, changes and deletes one', async () => {
    const accounts = connection.sobject('Account')
    const { id = '' } = await accounts.create({ Name: 'A', BillingCity: 'Rome' })
    expect(await accounts.retrieve(id)).toMatchObject({
      Id: id,
      Name: 'A',
      BillingAddress: { city: 'Rome' },
    })
    expect(await accounts.update({ Id: id, Name: 'B' })).toMatchObject({ id, success: true })
    expect(await accounts.retrieve(id)).toMatchObject({ Name: 'B' })
    expect(await accounts.destroy(id)).toMatchObject({ success: true })
    expect((await refusal(accounts.retrieve(id)))[0]).toBe('ENTITY_IS_DELETED')
    expect(await refusal(accounts.create({}))).toEqual([
      'REQUIRED_FIELD_MISSING',
      'Required fields are missing: [Name]',
    ])
  })

  it('creates, changes, upserts, reads and deletes many', async () => {
    const accounts = connection.sobject('Account')
    const made = await accounts.create([{ Name: 'A', Ext__c: 'K-1' }, { Name: 'B' }, {}])
    expect(made.map(({ success }) => success)).toEqual([true, true, false])
    const [first = '', second = ''] = made.map(({ id }) => id ?? '')
    const changed = await accounts.update([
      { Id: first, Name: 'A2' },
      { Id: second, Name: 'B2' },
    ])
    expect(changed.every(({ success }) => success)).toBe(true)
    const upserted = await accounts.upsert(
      [
        { Name: 'A3', Ext__c: 'K-1' },
        { Name: 'C', Ext__c: 'K-2' },
      ],
      'Ext__c',
    )
    expect(upserted).toMatchObject([
      { id: first, success: true, created: false },
      { success: true, created: true },
    ])
    const read = await accounts.retrieve([first, second])
    expect(read.map(({ Name }) => Name)).toEqual(['A3', 'B2'])
    const gone = await accounts.destroy([first, second, first])
    expect(gone.map(({ success }) => success)).toEqual([true, true, false])
  })

  it('upserts one by a key, and is told of several', async () => {
    const accounts = connection.sobject('Account')
    expect(await accounts.upsert({ Name: 'A', Ext__c: 'K' }, 'Ext__c')).toMatchObject({
      created: true,
    })
    expect(await accounts.upsert({ Name: 'B', Ext__c: 'K' }, 'Ext__c')).toMatchObject({
      created: false,
    })
    await accounts.create([
      { Name: 'A', Group__c: 'g' },
      { Name: 'B', Group__c: 'g' },
    ])
    const [name] = await refusal(accounts.upsert({ Name: 'C', Group__c: 'g' }, 'Group__c'))
    expect(name).toBe('MULTIPLE_CHOICES')
  })

  it('rolls back all of a collection where one row fails', async () => {
    const accounts = connection.sobject('Account')
    const results = await accounts.create([{ Name: 'A' }, {}], { allOrNone: true })
    expect(results.map(({ success }) => success)).toEqual([false, false])
    expect(await accounts.count()).toBe(0)
  })
})

describe('composite requests through jsforce', () => {
  it('refer to each other', async () => {
    const body = {
      compositeRequest: [
        {
          method: 'POST',
          url: '/services/data/v67.0/sobjects/Account',
          referenceId: 'parent',
          body: { Name: 'A' },
        },
        {
          method: 'POST',
          url: '/services/data/v67.0/sobjects/Contact',
          referenceId: 'child',
          body: { LastName: 'L', AccountId: '@{parent.id}' },
        },
      ],
    }
    const answer = await connection.requestPost<{ compositeResponse: object[] }>('/composite', body)
    expect(answer.compositeResponse).toMatchObject([
      { httpStatusCode: 201, referenceId: 'parent' },
      { httpStatusCode: 201, referenceId: 'child' },
    ])
  })
})

describe('trees and graphs through jsforce', () => {
  const record = (type: string, referenceId: string, values: object) => ({
    attributes: { type, referenceId },
    ...values,
  })

  it('create records with their children', async () => {
    const contacts = { records: [record('Contact', 'child', { LastName: 'L' })] }
    const body = { records: [record('Account', 'parent', { Name: 'A', Contacts: contacts })] }
    const answer = await connection.requestPost<object>('/composite/tree/Account', body)
    expect(answer).toMatchObject({
      hasErrors: false,
      results: [{ referenceId: 'parent' }, { referenceId: 'child' }],
    })
    const children = await connection.query("SELECT Id FROM Contact WHERE Account.Name = 'A'")
    expect(children.totalSize).toBe(1)
  })

  it('tell what was refused', async () => {
    const body = { records: [record('Account', 'nameless', {})] }
    const asked = connection.requestPost<object>('/composite/tree/Account', body)
    expect(await refusal(asked)).toEqual([
      'ERROR_HTTP_400',
      expect.stringContaining('"statusCode":"REQUIRED_FIELD_MISSING"'),
    ])
    expect(await connection.sobject('Account').count()).toBe(0)
    const url = '/services/data/v67.0/sobjects/Account'
    const graph = (graphId: string, values: object) => ({
      graphId,
      compositeRequest: [{ method: 'POST', url, referenceId: 'a', body: values }],
    })
    const graphs = [graph('good', { Name: 'A' }), graph('bad', {})]
    const answer = await connection.requestPost<object>('/composite/graph', { graphs })
    expect(answer).toMatchObject({
      graphs: [
        { graphId: 'good', isSuccessful: true },
        { graphId: 'bad', isSuccessful: false },
      ],
    })
    expect(await connection.sobject('Account').count()).toBe(1)
  })
})

describe('deletions through jsforce', () => {
  it('fail while others need the record', async () => {
    server.simulator.seed({
      fields: {
        Contact: [
          { name: 'Payer__c', type: 'reference', referenceTo: ['Account'], restrictedDelete: true },
        ],
      },
    })
    const account = await connection.sobject('Account').create({ Name: 'A' })
    await connection.sobject('Contact').create({ LastName: 'L', Payer__c: account.id })
    const [name] = await refusal(connection.sobject('Account').destroy(account.id ?? ''))
    expect(name).toBe('DELETE_FAILED')
    const job = await connection.bulk2.loadAndWaitForResults({
      object: 'Account',
      operation: 'delete',
      input: [{ Id: account.id ?? '' }],
      pollInterval: 10,
      pollTimeout: 30_000,
    })
    expect(job.failedResults).toMatchObject([
      { sf__Error: expect.stringMatching(/^DELETE_FAILED:/) },
    ])
  })
})

describe('queries through jsforce', () => {
  it('pages to the end', async () => {
    const records = Array.from({ length: 2500 }, (_, index) => ({ values: { Name: `A${index}` } }))
    server.simulator.seed({ records: { Account: records } })
    const first = await connection.query('SELECT Id, Name FROM Account ORDER BY Name')
    expect(first).toMatchObject({ totalSize: 2500, done: false })
    const second = await connection.queryMore(first.nextRecordsUrl ?? '')
    expect([first.records.length, second.records.length, second.done]).toEqual([2000, 500, true])
    const all = await connection
      .query('SELECT Name FROM Account')
      .execute({ autoFetch: true, maxFetch: 5000, responseTarget: 'Records' })
    expect(all).toHaveLength(2500)
  })

  it('understands what its query builder writes', async () => {
    const accounts = connection.sobject('Account')
    await accounts.create([
      { Name: "O'Neil", AnnualRevenue: 5, Industry: 'Retail' },
      { Name: 'Acme', AnnualRevenue: 50 },
    ])
    const found = await accounts
      .find({ Name: { $like: "O'N%" }, AnnualRevenue: { $lt: 10 }, Industry: { $ne: null } }, [
        'Name',
        'Owner.Username',
      ])
      .sort({ Name: 1 })
      .limit(5)
    expect(found).toMatchObject([{ Name: "O'Neil", Owner: { Username: localUser } }])
    const either = await accounts.find({ $or: [{ Name: 'Acme' }, { AnnualRevenue: null }] }, [
      'Name',
    ])
    expect(either.map(({ Name }) => Name)).toEqual(['Acme'])
  })

  it('is told where a query goes wrong', async () => {
    const [name, message] = await refusal(
      connection.query('SELECT Id FROM Account WHERE').execute(),
    )
    expect([name, message]).toEqual(['MALFORMED_QUERY', expect.stringContaining('ERROR at Row:1')])
  })
})

describe('Bulk through jsforce', () => {
  interface Row {
    readonly sf__Created: string
    readonly Ext__c?: string
  }
  const insert = { object: 'Account', operation: 'insert' } as const
  const polling = { pollInterval: 1, pollTimeout: 60_000 }
  const accounts = (from: number, count: number, tag = '') =>
    Array.from({ length: count }, (_, index) => ({
      Ext__c: `K-${from + index}`,
      Name: `Account, "${from + index}"${tag}`,
    }))

  it('inserts, updates, upserts and deletes', async () => {
    const { bulk2 } = connection
    const inserted = await bulk2.loadAndWaitForResults({
      ...insert,
      ...polling,
      input: [...accounts(0, 3), { Ext__c: 'K-1', Name: 'again' }, { Ext__c: 'K-9', Name: null }],
    })
    expect(inserted.successfulResults.map(({ sf__Created }) => sf__Created)).toEqual([
      'true',
      'true',
      'true',
    ])
    expect(
      inserted.failedResults.map(({ sf__Error }) => sf__Error.replace(/:.*/, '')).toSorted(),
    ).toEqual(['DUPLICATE_VALUE', 'REQUIRED_FIELD_MISSING'])
    expect(inserted.unprocessedRecords).toEqual([])
    const ids = inserted.successfulResults.map(({ sf__Id }) => sf__Id).toSorted()
    const [Id = ''] = ids
    const updated = await bulk2.loadAndWaitForResults({
      object: 'Account',
      operation: 'update',
      ...polling,
      input: ids.map((id, index) => ({
        Id: id,
        Phone: `${index}`,
        Ext__c: index === 0 ? null : '',
      })),
    })
    expect(updated.failedResults).toEqual([])
    const upserted = await bulk2.loadAndWaitForResults({
      object: 'Account',
      operation: 'upsert',
      externalIdFieldName: 'Ext__c',
      ...polling,
      input: accounts(1, 3, '!'),
    })
    const rows: readonly Row[] = upserted.successfulResults
    const created = rows.map(({ Ext__c, sf__Created }) => [Ext__c, sf__Created])
    expect(Object.fromEntries(created)).toEqual({ 'K-1': 'false', 'K-2': 'false', 'K-3': 'true' })
    const deleted = await bulk2.loadAndWaitForResults({
      object: 'Account',
      operation: 'delete',
      ...polling,
      input: [{ Id }, { Id }],
    })
    expect([deleted.successfulResults.length, deleted.failedResults.length]).toEqual([1, 1])
    const left = await connection.query('SELECT Ext__c, Name, Phone FROM Account ORDER BY Ext__c')
    expect(left.records).toMatchObject([
      { Ext__c: 'K-1', Name: 'Account, "1"!', Phone: '1' },
      { Ext__c: 'K-2', Name: 'Account, "2"!', Phone: '2' },
      { Ext__c: 'K-3', Name: 'Account, "3"!', Phone: null },
    ])
  })

  it('loads several batches and is told while it waits how far they came', async () => {
    server.simulator.configure({ bulkBatchMs: hour, bulkParallel: 1 })
    const job = connection.bulk2.createJob({ ...insert })
    await job.open()
    const keys = Array.from({ length: 20_001 }, (_, index) => `K-${index}`)
    await job.uploadData(['Ext__c,Name', ...keys.map((key) => `${key},A`), ''].join('\n'))
    await job.close()
    const seen: (readonly [string, number])[] = []
    job.on('inProgress', ({ state, numberRecordsProcessed }) => {
      seen.push([state, numberRecordsProcessed])
      ahead += hour
    })
    await job.poll(1, 60_000)
    expect(seen).toEqual([
      ['InProgress', 0],
      ['InProgress', 10_000],
      ['InProgress', 20_000],
    ])
    expect(await job.check()).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 20_001,
      numberRecordsFailed: 0,
    })
    const results: readonly Row[] = await job.getSuccessfulResults()
    expect(new Set(results.map(({ Ext__c }) => Ext__c)).size).toBe(20_001)
    await job.delete()
    expect((await refusal(job.check()))[0]).toBe('NOT_FOUND')
  })

  it('takes a file that is CSV already, of another delimiter and line ending', async () => {
    const { successfulResults } = await connection.bulk2.loadAndWaitForResults({
      ...insert,
      columnDelimiter: 'SEMICOLON',
      lineEnding: 'CRLF',
      ...polling,
      input: 'Ext__c;Name\r\nK-1;"a;b"\r\n',
    })
    expect(successfulResults).toMatchObject([{ Ext__c: 'K-1', Name: 'a;b' }])
  })

  it('is told why a job failed, was refused or aborted', async () => {
    const { bulk2 } = connection
    const strange = bulk2.loadAndWaitForResults({ ...insert, ...polling, input: 'Nope__c\n1\n' })
    expect((await refusal(strange))[1]).toBe(
      'Ingest job failed to complete due to: InvalidBatch : Field name not found : Nope__c',
    )
    expect(await refusal(bulk2.createJob({ ...insert, object: 'Rocket' }).open())).toEqual([
      'INVALIDENTITY',
      "InvalidEntity : Entity 'Rocket' is not supported by the Bulk API.",
    ])
    const hard = bulk2.createJob({ object: 'Account', operation: 'hardDelete' })
    expect((await refusal(hard.open()))[0]).toBe('FEATURENOTENABLED')
    const job = bulk2.createJob({ ...insert })
    await job.open()
    await job.abort()
    expect((await refusal(job.poll(1, 1000)))[1]).toBe('Job has been aborted')
    expect((await refusal(job.close()))[0]).toBe('INVALIDJOBSTATE')
  })
})
