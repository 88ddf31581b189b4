import { describe, expect, it } from 'vitest'
import { type BulkLoad, jobTooLarge } from '../bulk.ts'
import type { CrmValue } from '../../model/operation.ts'
import type { Bulk } from '../connector.ts'
import { json } from '../http/scripted-transport.ts'
import { scriptedSalesforce } from './scripted-salesforce.ts'

const id = '001000000000001AAA'
const job = '7505e000000001AAAA'

function load(...rows: readonly Readonly<Record<string, CrmValue>>[]): BulkLoad {
  const inputs = rows.map((values) => ({ id, values }))
  return { object: 'Account', operation: 'update', uniqueField: null, inputs }
}

const ordinary = load({ Name: 'Ann' })

function scripted(...script: Parameters<typeof scriptedSalesforce>) {
  const { crm, run, seen } = scriptedSalesforce(...script)
  if (crm.bulk === undefined) throw new Error('no jobs')
  const bulk: Bulk = crm.bulk
  return { bulk, run, seen }
}

describe('a job', () => {
  it('is opened by its metadata alone', async () => {
    const { bulk, run, seen } = scripted(() => json(200, { id: job }))
    expect(await run(bulk.open(ordinary, { object: 'Account' }))).toBe(job)
    expect(JSON.parse(seen[0]?.text ?? '')).toMatchObject({
      object: 'Account',
      operation: 'update',
    })
  })

  it.each([
    ['a text that means empty', load({ Name: 'Ann' }, { Name: '#N/A' })],
    ['one that does without the blanks around', load({ Name: ' #N/A ' })],
    ['nothing but rows that are refused', load({ Active__c: null }, { Active__c: '' })],
    ['no rows', load()],
  ])('takes no load with %s', async (_what, given) => {
    const { bulk, run, seen } = scripted(() => json(200, { id: job }))
    expect(await run(bulk.open(given, { object: 'Account' }))).toBeNull()
    expect(seen).toEqual([])
  })

  it('takes deletes alone as jobs where duplicates are allowed', () => {
    const script = () => json(200, { id: job })
    expect(scripted(script).bulk.kinds).toEqual(['create', 'update', 'delete'])
    expect(scripted(script, { allow_duplicates: true }).bulk.kinds).toEqual(['delete'])
  })

  it.each(['INVALIDENTITY', 'FEATURENOTENABLED', 'EXCEEDEDQUOTA'])(
    'that is refused with %s leaves the work to requests',
    async (errorCode) => {
      const { bulk, run } = scripted(() => json(400, [{ errorCode, message: 'no' }]))
      expect(await run(bulk.open(ordinary, { object: 'Account' }))).toBeNull()
    },
  )

  it('that can’t be opened or started is at fault itself, and not its rows', async () => {
    const refused = json(400, [{ errorCode: 'INVALIDJOB', message: 'no such setting' }])
    const { bulk, run } = scripted(({ method, path }) =>
      method === 'GET' && path.endsWith(job) ? json(200, { state: 'Open' }) : refused,
    )
    const options = { object: 'Account' }
    const fault = { kind: 'invalid', status: 400, reason: 'INVALIDJOB' }
    await expect(run(bulk.open(ordinary, options))).rejects.toMatchObject(fault)
    await expect(run(bulk.start(job, options))).rejects.toMatchObject(fault)
  })

  it('that would have too large a file is not given it', async () => {
    const { bulk, run, seen } = scripted(() => json(201, {}))
    // Salesforce counts bytes, of which such a letter takes two.
    const half = { Description: 'ö'.repeat(25_000_001) }
    await expect(
      run(bulk.fill(job, load(half, half), { object: 'Account' })),
    ).rejects.toMatchObject({
      kind: 'poisoned',
      reason: jobTooLarge,
    })
    expect(seen).toEqual([])
    await run(bulk.fill(job, load(half), { object: 'Account' }))
    expect(seen).toHaveLength(1)
  })

  it('that refuses its file may take a part of it', async () => {
    const { bulk, run } = scripted(() => json(400, [{ errorCode: 'INVALIDBATCH', message: 'no' }]))
    await expect(run(bulk.fill(job, ordinary, { object: 'Account' }))).rejects.toMatchObject({
      kind: 'poisoned',
    })
  })

  it('that was started before is not started anew, nor refused', async () => {
    const { bulk, run, seen } = scripted(({ method }) =>
      method === 'GET'
        ? json(200, { state: 'InProgress' })
        : json(400, [{ errorCode: 'INVALIDJOBSTATE', message: 'no' }]),
    )
    await run(bulk.start(job, { object: 'Account' }))
    expect(seen.map(({ method }) => method)).toEqual(['PATCH', 'GET'])
  })

  it('whose results are gone is told as gone, and gives none', async () => {
    const { bulk, run } = scripted(() => json(404, [{ errorCode: 'NOT_FOUND', message: 'no' }]))
    expect(await run(bulk.state(job))).toBe('gone')
    expect(await run(bulk.results(job, ordinary))).toEqual([{ status: 'unaccounted' }])
  })

  it.each([
    ['a page', '<html><head><title>Not here</title></head></html>'],
    ['nothing', ''],
    ['an error of another kind', JSON.stringify([{ errorCode: 'ANY', message: 'no' }])],
  ])('is not gone where 404 comes with %s', async (_what, body) => {
    const { bulk, run } = scripted(() => ({ status: 404, headers: {}, body }))
    const failure = { name: 'RequestFailure', status: 404 }
    await expect(run(bulk.state(job))).rejects.toMatchObject(failure)
    await expect(run(bulk.results(job, ordinary))).rejects.toMatchObject(failure)
    await expect(run(bulk.abort(job))).rejects.toMatchObject(failure)
  })

  it('is asked for again where a page answers in Salesforce’s place', async () => {
    const { bulk, run } = scripted((_request, before) =>
      before === 0
        ? { status: 404, headers: {}, body: '<html></html>' }
        : json(200, { state: 'InProgress' }),
    )
    expect(await run(bulk.state(job))).toBe('working')
  })

  it.each(['open', 'fill', 'start'] as const)(
    'whose %s a page answers may have got it',
    async (step) => {
      const { bulk, run } = scripted(() => ({ status: 404, headers: {}, body: '<html></html>' }))
      const options = { object: 'Account' }
      const steps: Readonly<Record<typeof step, () => Promise<unknown>>> = {
        open: () => bulk.open(ordinary, options),
        fill: () => bulk.fill(job, ordinary, options),
        start: () => bulk.start(job, options),
      }
      await expect(run(steps[step]())).rejects.toMatchObject({
        kind: 'unknown',
        reason: 'not_the_api',
      })
    },
  )

  it('that failed may have written some of its rows', async () => {
    const other = '001000000000002AAA'
    const successes = `sf__Id,sf__Created,Id\n${id},false,${id}\n`
    const files: Readonly<Record<string, string>> = {
      successfulResults: successes,
      failedResults: '',
      unprocessedrecords: `Id\n${other}\n`,
    }
    const { bulk, run } = scripted(({ path }) =>
      path.endsWith(job)
        ? json(200, { state: 'Failed' })
        : { status: 200, headers: {}, body: files[path.split('/').at(-2) ?? ''] ?? '' },
    )
    expect(await run(bulk.state(job))).toBe('ended')
    const two = {
      ...ordinary,
      inputs: [...ordinary.inputs, { id: other, values: { Name: 'Bob' } }],
    }
    const results = await run(bulk.results(job, two))
    expect(results.map(({ status }) => status)).toEqual(['written', 'busy'])
  })
})
