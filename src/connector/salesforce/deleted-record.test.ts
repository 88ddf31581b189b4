import { expect, it } from 'vitest'
import type { ScriptedAnswer } from '../http/scripted-transport.ts'
import { json } from '../http/scripted-transport.ts'
import { scriptedSalesforce } from './scripted-salesforce.ts'

const id = '001000000000001AAA'
const other = '001000000000002AAA'
const record = (of: string) => ({ attributes: { type: 'Account' }, Id: of })

/** An update whose row Salesforce refuses for a deleted record, and how the record is read then. */
async function updated(statusCode: string, read: ScriptedAnswer) {
  const { crm, run, seen } = scriptedSalesforce(({ method }) =>
    method === 'PATCH'
      ? json(200, [
          { success: false, errors: [{ statusCode, message: 'no', fields: ['OwnerId'] }] },
        ])
      : read,
  )
  const inputs = [{ id, values: { Name: 'Ann' } }]
  const [result] = await run(crm.update(inputs, { object: 'Account' }))
  return { result, seen }
}

it.each(['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY'])(
  'a row that is refused with %s is gone where its record is, and else waits for the other',
  async (code) => {
    expect((await updated(code, json(200, [null]))).result).toEqual({
      status: 'gone',
      message: 'no (OwnerId)',
    })
    const { result } = await updated(code, json(200, [record(id)]))
    expect(result).toMatchObject({ status: 'rejected', reason: code, waits: true })
  },
)

it('a row whose record can’t be read then stays refused, as its answer is here', async () => {
  const errors = [{ errorCode: 'API_DISABLED_FOR_ORG', message: 'no' }]
  const { result } = await updated('ENTITY_IS_DELETED', json(403, errors))
  expect(result).toMatchObject({ status: 'rejected', reason: 'ENTITY_IS_DELETED' })
})

it('a row that is refused for anything else has no record read', async () => {
  const { result, seen } = await updated('STRING_TOO_LONG', json(200, [record(other)]))
  expect(result).toMatchObject({ status: 'rejected', reason: 'STRING_TOO_LONG' })
  expect(seen).toHaveLength(1)
})
