import { describe, expect, it } from 'vitest'
import { json } from '../http/scripted-transport.ts'
import { scriptedSalesforce } from './scripted-salesforce.ts'

const read = { object: 'Account', fields: ['Name', 'AnnualRevenue'] }
const first = '001000000000001AAA'
const second = '001000000000002AAA'
const next = '/services/data/v67.0/query/01g-2000'

function record(id: string, key: string): object {
  return { attributes: { type: 'Account' }, Id: id, Key__c: key, Name: key, AnnualRevenue: 1 }
}

describe('a lookup', () => {
  it('reads all pages of its query', async () => {
    const { crm, run, seen } = scriptedSalesforce(({ path }) =>
      path === '/query'
        ? json(200, {
            totalSize: 2,
            done: false,
            nextRecordsUrl: next,
            records: [record(first, 'a')],
          })
        : json(200, { totalSize: 2, done: true, records: [record(second, 'b')] }),
    )
    const found = await run(crm.readByValue('Key__c', ['a', 'b'], read))
    expect([found.get('a')?.[0]?.id, found.get('b')?.[0]?.id]).toEqual([first, second])
    expect(seen.map(({ path }) => path)).toEqual(['/query', '/query/01g-2000'])
    expect(seen[0]?.query.get('q')).toBe(
      "SELECT Id,Key__c,Name,AnnualRevenue FROM Account WHERE Key__c IN ('a','b')",
    )
  })

  it.each([
    ['fewer records than it counts', { totalSize: 2, done: true, records: [record(first, 'a')] }],
    ['no count', { done: true, records: [] }],
    ['no list', { totalSize: 0, done: true }],
    [
      'more to come, and no word of where',
      { totalSize: 2, done: false, records: [record(first, 'a')] },
    ],
    [
      'more to come from elsewhere',
      { totalSize: 2, done: false, nextRecordsUrl: '/other', records: [record(first, 'a')] },
    ],
    [
      'an empty page, and more to come',
      { totalSize: 2, done: false, nextRecordsUrl: next, records: [] },
    ],
  ])('takes an answer with %s for unreadable', async (_what, answer) => {
    const { crm, run } = scriptedSalesforce(() => json(200, answer))
    await expect(run(crm.readByValue('Key__c', ['a'], read))).rejects.toMatchObject({
      kind: 'unknown',
      reason: 'unreadable',
    })
  })

  it('takes a query whose pages do not add up for unreadable', async () => {
    const { crm, run } = scriptedSalesforce(({ path }) =>
      path === '/query'
        ? json(200, {
            totalSize: 3,
            done: false,
            nextRecordsUrl: next,
            records: [record(first, 'a')],
          })
        : json(200, { totalSize: 3, done: true, records: [record(second, 'b')] }),
    )
    await expect(run(crm.readByValue('Key__c', ['a'], read))).rejects.toMatchObject({
      reason: 'unreadable',
    })
  })

  it('begins its query anew, once, where the cursor is gone', async () => {
    const lost = json(400, [
      { errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' },
    ])
    const begun = { totalSize: 2, done: false, nextRecordsUrl: next, records: [record(first, 'a')] }
    const ended = { totalSize: 2, done: true, records: [record(second, 'b')] }
    const asking = async (begunAtLast: number) => {
      let begins = 0
      const { crm, run } = scriptedSalesforce(({ path }) => {
        if (path !== '/query') return begins < begunAtLast ? lost : json(200, ended)
        begins += 1
        return json(200, begun)
      })
      const found = await run(crm.readByValue('Key__c', ['a', 'b'], read))
      return [found.get('a')?.length, found.get('b')?.length]
    }
    expect(await asking(2)).toEqual([1, 1])
    await expect(asking(3)).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'INVALID_QUERY_LOCATOR',
    })
  })

  it('by a field that is not there is no question', async () => {
    const { crm, run, seen } = scriptedSalesforce(() => json(200, {}))
    await expect(run(crm.readByValue('Other__c', ['a'], read))).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('Other__c'),
    })
    expect(seen).toEqual([])
  })

  it('of nothing asks nothing', async () => {
    const { crm, run, seen } = scriptedSalesforce(() => json(200, {}))
    expect((await run(crm.readByValue('Key__c', ['', ' '], read))).size).toBe(0)
    expect((await run(crm.readById([], read))).size).toBe(0)
    expect(seen).toEqual([])
  })
})

describe('a read by ids', () => {
  it('keeps the digits of numbers', async () => {
    const body = `[{"Id":"${first}","Name":"a","AnnualRevenue":1234567890123456.78}]`
    const { crm, run } = scriptedSalesforce(() => ({ status: 200, headers: {}, body }))
    const found = await run(crm.readById([first], read))
    expect(found.get(first)?.values).toEqual({ Name: 'a', AnnualRevenue: '1234567890123456.78' })
  })

  it('takes null for a record that is gone, and an answer that is too short for none', async () => {
    const gone = scriptedSalesforce(() => json(200, [null, record(second, 'b')]))
    const found = await gone.run(gone.crm.readById([first, second], read))
    expect([...found.keys()]).toEqual([second])
    const short = scriptedSalesforce(() => json(200, [record(second, 'b')]))
    await expect(short.run(short.crm.readById([first, second], read))).rejects.toMatchObject({
      reason: 'unreadable',
    })
  })
})
