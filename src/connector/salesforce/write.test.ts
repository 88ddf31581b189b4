import { describe, expect, it } from 'vitest'
import type { WriteResult } from '../write.ts'
import { json } from '../http/scripted-transport.ts'
import { scriptedSalesforce } from './scripted-salesforce.ts'

const accounts = { object: 'Account' }
const ids = ['001000000000001AAA', '001000000000002AAA', '001000000000003AAA']
const ok = (id: string | undefined): object => ({ id, success: true, errors: [] })
const failed = (statusCode: string): object => ({
  success: false,
  errors: [{ statusCode, message: 'no', fields: [] }],
})

function answering(answer: unknown) {
  return scriptedSalesforce(() => json(200, answer))
}

function statuses(results: readonly WriteResult[]): readonly string[] {
  return results.map(({ status }) => status)
}

const three = ['A', 'B', 'C'].map((key) => ({
  uniqueField: 'Key__c',
  values: { Key__c: key, Name: `Account ${key}` },
}))

describe('a write', () => {
  it('sends the digits of numbers, and what is empty as null', async () => {
    const { crm, run, seen } = answering([ok(ids[0])])
    const values = { Name: '', AnnualRevenue: '1234567890123456.78', Active__c: 'true' }
    await run(crm.update([{ id: ids[0] ?? '', values }], accounts))
    expect(seen[0]?.text).toBe(
      `{"allOrNone":false,"records":[{"attributes":{"type":"Account"},"id":"${ids[0]}","Name":null,"AnnualRevenue":1234567890123456.78,"Active__c":true}]}`,
    )
  })

  it('names us in every request', async () => {
    const { crm, run, seen } = answering([ok(ids[0])])
    await run(crm.delete([ids[0] ?? ''], accounts))
    expect(seen[0]?.headers['sforce-call-options']).toBe('client=syncline')
    expect(seen[0]?.headers).not.toHaveProperty('sforce-duplicate-rule-header')
  })

  it('saves what a duplicate rule only warns of where that is wanted', async () => {
    const opened = scriptedSalesforce(() => json(200, [ok(ids[0])]), {
      allow_duplicates: true,
      client: 'nightly',
    })
    await opened.run(opened.crm.delete([ids[0] ?? ''], accounts))
    expect(opened.seen[0]?.headers).toMatchObject({
      'sforce-duplicate-rule-header': 'allowSave=true',
      'sforce-call-options': 'client=nightly',
    })
  })

  it('takes the results in the order of the request', async () => {
    const { crm, run } = answering([ok(ids[2]), failed('STRING_TOO_LONG'), ok(ids[0])])
    expect(await run(crm.create(three, accounts))).toMatchObject([
      { status: 'written', id: ids[2], created: true },
      { status: 'rejected', reason: 'STRING_TOO_LONG' },
      { status: 'written', id: ids[0], created: true },
    ])
  })

  it('says of an upsert what was created, and what the fields hold', async () => {
    const { crm, run, seen } = answering([
      { ...ok(ids[0]), created: true },
      { ...ok(ids[1]), created: false },
    ])
    const values = { Key__c: ' A ', Name: 'Ann' }
    const inputs = [values, { Key__c: 'B' }].map((each) => ({
      uniqueField: 'Key__c',
      values: each,
    }))
    expect(await run(crm.upsert(inputs, accounts))).toEqual([
      { status: 'written', id: ids[0], created: true, values: { Key__c: 'A', Name: 'Ann' } },
      { status: 'written', id: ids[1], created: false, values: { Key__c: 'B' } },
    ])
    expect(`${seen[0]?.method} ${seen[0]?.path}`).toBe('PATCH /composite/sobjects/Account/Key__c')
  })

  it('leaves all creates unaccounted when results are missing', async () => {
    const { crm, run } = answering([ok(ids[0]), ok(ids[2])])
    const results = await run(crm.create(three, accounts))
    expect(statuses(results)).toEqual(['unaccounted', 'unaccounted', 'unaccounted'])
  })

  it('finds updates by their ids when results are missing', async () => {
    const { crm, run } = answering([ok(ids[2]), ok(ids[0])])
    const inputs = ids.map((id) => ({ id, values: { Name: 'x' } }))
    const results = await run(crm.update(inputs, accounts))
    expect(statuses(results)).toEqual(['written', 'unaccounted', 'written'])
  })

  it('does not take another record’s result for its own', async () => {
    const { crm, run } = answering([ok(ids[1])])
    const results = await run(crm.update([{ id: ids[0] ?? '', values: { Name: 'x' } }], accounts))
    expect(statuses(results)).toEqual(['unaccounted'])
  })

  it.each([
    ['an empty body', ''],
    ['a page', '<html></html>'],
    ['a text', '"unexpected"'],
    ['half an answer', '[{"id":"001'],
  ])('has an unknown fate when a 200 carries %s', async (_what, body) => {
    const { crm, run } = scriptedSalesforce(() => ({ status: 200, headers: {}, body }))
    await expect(run(crm.create(three, accounts))).rejects.toMatchObject({ kind: 'unknown' })
  })

  it('rejects null for a checkbox itself, and sends the others', async () => {
    const { crm, run, seen } = answering([ok(ids[0])])
    const inputs = [
      { id: ids[1] ?? '', values: { Active__c: null } },
      { id: ids[0] ?? '', values: { Active__c: 'false' } },
    ]
    const results = await run(crm.update(inputs, accounts))
    expect(results).toMatchObject([
      { status: 'rejected', reason: 'value.empty' },
      { status: 'written', id: ids[0] },
    ])
    expect(JSON.parse(seen[0]?.text ?? '')).toMatchObject({ records: [{ id: ids[0] }] })
  })

  it('of nothing but null checkboxes makes no request', async () => {
    const { crm, run, seen } = answering([])
    await run(crm.update([{ id: ids[0] ?? '', values: { Active__c: null } }], accounts))
    expect(seen).toEqual([])
  })
})

describe('the day’s requests', () => {
  const used = (count: number) => ({ 'sforce-limit-info': `api-usage=${count}/1000` })

  it('are left to others from the configured percentage on', async () => {
    const counts = [799, 800]
    const { crm, run, seen } = scriptedSalesforce((_request, before) =>
      json(200, [ok(ids[0])], used(counts[before] ?? 0)),
    )
    await run(crm.delete([ids[0] ?? ''], accounts))
    await run(crm.delete([ids[0] ?? ''], accounts))
    await expect(run(crm.delete([ids[0] ?? ''], accounts))).rejects.toMatchObject({
      kind: 'exhausted',
      reason: 'DAILY',
      message: expect.stringContaining('800 of the org'),
    })
    expect(seen).toHaveLength(2)
  })

  it('may all be used where that is wanted', async () => {
    const { crm, run } = scriptedSalesforce(() => json(200, [ok(ids[0])], used(999)), {
      daily_requests_percent: 100,
    })
    await run(crm.delete([ids[0] ?? ''], accounts))
    expect(statuses(await run(crm.delete([ids[0] ?? ''], accounts)))).toEqual(['written'])
  })

  it('are not taken for those of one app', async () => {
    const info = { 'sforce-limit-info': 'api-usage=5/1000; per-app-api-usage=999/1000(appName=x)' }
    const { crm, run } = scriptedSalesforce(() => json(200, [ok(ids[0])], info))
    await run(crm.delete([ids[0] ?? ''], accounts))
    expect(statuses(await run(crm.delete([ids[0] ?? ''], accounts)))).toEqual(['written'])
  })
})
