import { describe, expect, it } from 'vitest'
import type { WriteResult } from '../write.ts'
import { json } from '../http/scripted-transport.ts'
import { TransportFailure } from '../http/transport.ts'
import { type ScriptedInput, scriptedHubSpot } from './scripted-hubspot.ts'

const contacts = { object: 'contacts' }

function result(id: string, input: ScriptedInput, more: object = {}): object {
  return { id, properties: input.properties, objectWriteTraceId: input.objectWriteTraceId, ...more }
}

function rowError(category: string, context: object, message = 'why'): object {
  return { status: 'error', category, message, context }
}

function done(status: number, results: readonly object[], errors?: readonly object[]) {
  return json(status, { status: 'COMPLETE', results, ...(errors ? { errors } : {}) })
}

const three = ['a@x.com', 'b@x.com', 'c@x.com'].map((email) => ({
  values: { email, firstname: null },
  uniqueField: 'email',
}))

function statuses(results: readonly WriteResult[]): readonly string[] {
  return results.map((one) => ('id' in one ? `${one.status} ${one.id}` : one.status))
}

describe('HubSpot batch writes', () => {
  it('give every input its own trace id and send null as the empty text', async () => {
    const { crm, run, seen } = scriptedHubSpot(({ body }) =>
      done(
        201,
        body.inputs.map((input, at) => result(`${at}`, input)),
      ),
    )
    await run(crm.create(three, contacts))
    expect(seen[0]?.path).toBe('/crm/v3/objects/contacts/batch/create')
    const inputs = seen[0]?.body.inputs ?? []
    expect(new Set(inputs.map((input) => input.objectWriteTraceId)).size).toBe(3)
    expect(inputs[0]?.properties).toEqual({ email: 'a@x.com', firstname: '' })
  })

  it('match results by trace id, whatever their order', async () => {
    const { crm, run } = scriptedHubSpot(({ body }) =>
      done(201, body.inputs.map((input, at) => result(`${at}`, input)).toReversed()),
    )
    expect(statuses(await run(crm.create(three, contacts)))).toEqual([
      'written 0',
      'written 1',
      'written 2',
    ])
  })

  it('match creates by the unique value when no trace id comes back', async () => {
    const { crm, run } = scriptedHubSpot(() =>
      done(201, [
        { id: '2', properties: { email: 'b@x.com' } },
        { id: '1', properties: { email: 'a@x.com' } },
      ]),
    )
    const upper = { values: { email: ' A@X.com ' }, uniqueField: 'email' }
    const results = await run(crm.create([upper, ...three.slice(1)], contacts))
    expect(statuses(results)).toEqual(['written 1', 'written 2', 'unaccounted'])
  })

  it('never match by position', async () => {
    const { crm, run } = scriptedHubSpot(() => done(201, [{ id: '1' }, { id: '2' }, { id: '3' }]))
    const inputs = three.map(({ values }) => ({ values, uniqueField: null }))
    expect(statuses(await run(crm.create(inputs, contacts)))).toEqual(Array(3).fill('unaccounted'))
  })

  it('match updates by record id and leave what is missing unaccounted', async () => {
    const { crm, run, seen } = scriptedHubSpot(() =>
      done(200, [{ id: '12', properties: { phone: '1', city: '', size: 3 } }]),
    )
    const updates = ['11', '12'].map((id) => ({ id, values: { phone: '1' } }))
    expect(await run(crm.update(updates, contacts))).toEqual([
      { status: 'unaccounted' },
      {
        status: 'written',
        id: '12',
        created: false,
        values: { phone: '1', city: null, size: '3' },
      },
    ])
    expect(seen[0]?.body.inputs[0]).not.toHaveProperty('idProperty')
  })

  it('tell created from found records in an upsert, an email going out as the id only', async () => {
    const { crm, run, seen } = scriptedHubSpot(({ body }) =>
      done(
        200,
        body.inputs.map((input, at) => result(`${at}`, input, { new: at === 0 })),
      ),
    )
    const inputs = ['A@x.com', 'b@x.com'].map((email) => ({
      uniqueField: 'email',
      values: { email, city: 'Rome' },
    }))
    const results = await run(crm.upsert(inputs, contacts))
    expect(results.map((one) => one.status === 'written' && one.created)).toEqual([true, false])
    expect(seen[0]?.body.inputs[0]).toMatchObject({
      id: 'a@x.com',
      idProperty: 'email',
      properties: { city: 'Rome' },
    })
    expect(seen[0]?.body.inputs[0]?.properties).not.toHaveProperty('email')
  })

  it('match an upsert through a secondary address', async () => {
    const properties = { email: 'main@x.com', hs_additional_emails: 'old@x.com;b@x.com' }
    const { crm, run } = scriptedHubSpot(() => done(200, [{ id: '5', new: false, properties }]))
    const inputs = [{ uniqueField: 'email', values: { email: 'b@x.com' } }]
    expect(statuses(await run(crm.upsert(inputs, contacts)))).toEqual(['written 5'])
  })

  it('refuse an upsert without a key before anything is sent', async () => {
    const { crm, run, seen } = scriptedHubSpot(() => done(200, []))
    const inputs = [{ uniqueField: 'email', values: { email: null } }]
    await expect(run(crm.upsert(inputs, contacts))).rejects.toMatchObject({ kind: 'poisoned' })
    expect(seen).toHaveLength(0)
  })

  it('give each input its own error of a 207', async () => {
    const { crm, run } = scriptedHubSpot(({ body }) => {
      const [first, second, third] = body.inputs.map((input) => input.objectWriteTraceId)
      return done(
        207,
        [],
        [
          rowError('OBJECT_NOT_FOUND', { ids: ['3'], objectWriteTraceId: [third] }),
          rowError('VALIDATION_ERROR', { objectWriteTraceId: [first] }),
          rowError('CONFLICT', { objectWriteTraceId: [second] }, 'Existing ID: 77'),
        ],
      )
    })
    expect(await run(crm.create(three, contacts))).toEqual([
      { status: 'rejected', reason: 'VALIDATION_ERROR', message: 'why' },
      { status: 'conflict', existingId: '77', message: 'Existing ID: 77' },
      { status: 'gone', message: 'why' },
    ])
  })

  it('match errors by record id where they name no trace', async () => {
    const errors = [rowError('OBJECT_NOT_FOUND', { ids: ['11'] })]
    const { crm, run } = scriptedHubSpot(() => done(207, [{ id: '12' }], errors))
    const updates = ['11', '12'].map((id) => ({ id, values: { phone: '1' } }))
    expect(statuses(await run(crm.update(updates, contacts)))).toEqual(['gone', 'written 12'])
  })

  it('leave an input unaccounted that is a result and an error', async () => {
    const { crm, run } = scriptedHubSpot(({ body }) => {
      const objectWriteTraceId = body.inputs.map((input) => input.objectWriteTraceId)
      const results = body.inputs.map((input, at) => result(`${at}`, input))
      return done(207, results, [rowError('VALIDATION_ERROR', { objectWriteTraceId })])
    })
    expect(statuses(await run(crm.create(three, contacts)))).toEqual(Array(3).fill('unaccounted'))
  })

  it('do not count one result for two inputs', async () => {
    const { crm, run } = scriptedHubSpot(() => done(200, [{ id: '11' }]))
    const updates = ['11', '11'].map((id) => ({ id, values: { phone: '1' } }))
    expect(statuses(await run(crm.update(updates, contacts)))).toEqual([
      'written 11',
      'unaccounted',
    ])
  })

  it('leave everything unaccounted when results and errors are empty', async () => {
    const { crm, run } = scriptedHubSpot(() => done(200, [], []))
    expect(statuses(await run(crm.create(three, contacts)))).toEqual(Array(3).fill('unaccounted'))
  })

  it.each([
    ['an empty body', ''],
    ['a page', '<html></html>'],
    ['cut JSON', '{"results":[{"id"'],
    ['a list', '[]'],
    ['an object without results and errors', '{"status":"COMPLETE"}'],
  ])('have an unknown fate when a 200 carries %s', async (_what, body) => {
    const { crm, run, seen } = scriptedHubSpot(() => ({ status: 200, headers: {}, body }))
    await expect(run(crm.create(three, contacts))).rejects.toMatchObject({ kind: 'unknown' })
    expect(seen).toHaveLength(1)
  })

  it.each([400, 409])('call a batch refused with %s poisoned', async (status) => {
    const answer = json(status, rowError('VALIDATION_ERROR', {}))
    const { crm, run } = scriptedHubSpot(() => answer)
    await expect(run(crm.create(three, contacts))).rejects.toMatchObject({ kind: 'poisoned' })
  })

  it('take the refusal of a batch of one for that record’s', async () => {
    const answer = json(409, rowError('CONFLICT', {}, 'Contact already exists. Existing ID: 9'))
    const { crm, run } = scriptedHubSpot(() => answer)
    expect(await run(crm.create(three.slice(0, 1), contacts))).toMatchObject([
      { status: 'conflict', existingId: '9' },
    ])
  })

  it('keep a refusal of the request one, even in a batch of one', async () => {
    const message = 'Unable to perform update/upsert by non-unique 0-2 property domain'
    const answer = json(400, rowError('VALIDATION_ERROR', {}, message))
    const { crm, run } = scriptedHubSpot(() => answer)
    const inputs = [{ uniqueField: 'domain', values: { domain: 'x.com' } }]
    await expect(run(crm.upsert(inputs, { object: 'companies' }))).rejects.toMatchObject({
      kind: 'invalid',
    })
  })

  it('call a wordless refusal of a batch of one poisoned', async () => {
    const { crm, run } = scriptedHubSpot(() => ({ status: 400, headers: {}, body: '' }))
    await expect(run(crm.create(three.slice(0, 1), contacts))).rejects.toMatchObject({
      kind: 'poisoned',
    })
  })

  it('are sent once, however they fail', async () => {
    const { crm, run, seen } = scriptedHubSpot(() => new TransportFailure('reset', true, 'reset'))
    await expect(run(crm.create(three, contacts))).rejects.toMatchObject({ kind: 'unknown' })
    expect(seen).toHaveLength(1)
  })

  it('accept archiving without an account of it', async () => {
    const { crm, run, seen } = scriptedHubSpot(() => ({ status: 204, headers: {}, body: '' }))
    expect(statuses(await run(crm.delete(['1', '2'], contacts)))).toEqual([
      'written 1',
      'written 2',
    ])
    expect(seen[0]?.body).toEqual({ inputs: [{ id: '1' }, { id: '2' }] })
  })

  it('send nothing for no inputs', async () => {
    const { crm, run, seen } = scriptedHubSpot(() => done(200, []))
    expect(await run(crm.create([], contacts))).toEqual([])
    expect(seen).toHaveLength(0)
  })
})
