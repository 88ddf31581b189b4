import { describe, expect, it } from 'vitest'
import { createBudgetBook } from '../http/budget-book.ts'
import { createCallLog } from '../http/calls.ts'
import { ApiClient } from '../http/client.ts'
import { createHandlerTransport } from '../http/handler-transport.ts'
import { createScriptedTransport, json, type ScriptedAnswer } from '../http/scripted-transport.ts'
import { createSimulatedClock } from '../http/simulated-clock.ts'
import type { HttpRequest, Transport } from '../http/transport.ts'
import { createHubSpot } from '../../simulator/hubspot/hubspot.ts'
import type { PortalState } from '../../simulator/hubspot/state.ts'
import type { HubSpotApi } from './api.ts'
import { associationsOf } from './associations-of.ts'
import {
  archiveAssociations,
  archiveLabels,
  createAssociations,
  readAssociations,
  readLabels,
  typeOfLabel,
} from './associations.ts'
import { privateAppAuth } from './auth.ts'
import { classify, isExpired } from './errors.ts'

const options = { from: 'contacts', to: 'companies' }

function apiOver(transport: Transport, clock = createSimulatedClock()): HubSpotApi {
  const budgets = createBudgetBook(clock)
  const client = new ApiClient({
    baseUrl: 'http://hubspot.test',
    timeoutMs: 30_000,
    transport,
    clock,
    random: () => 0.5,
    auth: privateAppAuth('pat-local'),
    dialect: { classify, expired: isExpired, window: () => ({}) },
    calls: createCallLog(),
  })
  const limit = { max: 100, windowMs: 10_000 }
  return {
    client,
    burst: budgets.get('burst', limit),
    associations: budgets.get('associations', limit),
    search: () => Promise.resolve(budgets.get('search', limit)),
    typeOf: (object) => Promise.resolve(object),
    random: () => 0.5,
  }
}

function scripted(answer: (request: HttpRequest, before: number) => ScriptedAnswer) {
  const transport = createScriptedTransport(answer)
  return { api: apiOver(transport), requests: transport.requests }
}

/** The local HubSpot with two contacts and two companies. */
function local(state: Partial<PortalState> = {}) {
  const clock = createSimulatedClock(1_700_000_000_000)
  const record = (id: string) => ({ id, properties: {} })
  const records = { contacts: ['1', '2'].map(record), companies: ['11', '12'].map(record) }
  const portal = createHubSpot({ now: clock.now, state: { ...state, records } })
  return apiOver(
    createHandlerTransport((request) => portal.handle(request), clock),
    clock,
  )
}

describe('HubSpot associations against the local HubSpot', () => {
  it('associates without a label and reads it back', async () => {
    const api = local()
    const inputs = [
      { fromId: '1', toId: '11', types: [] },
      { fromId: '2', toId: '12', types: [] },
    ]
    expect(await createAssociations(api, inputs, options)).toEqual([
      { status: 'written' },
      { status: 'written' },
    ])
    const found = await readAssociations(api, ['2', '1'], options)
    expect([...found].map(([id, list]) => [id, list.map(({ toId }) => toId)])).toEqual([
      ['2', ['12']],
      ['1', ['11']],
    ])
  })

  it('adds a label by its name and takes it away again', async () => {
    const api = local()
    const primary = typeOfLabel(await readLabels(api, 'contacts', 'companies'), 'primary')
    expect(primary).toMatchObject({ category: 'HUBSPOT_DEFINED', typeId: 1 })
    const input = { fromId: '1', toId: '11', types: [primary] }
    expect(await createAssociations(api, [input], options)).toEqual([{ status: 'written' }])
    const labels = async () =>
      (await readAssociations(api, ['1'], options)).get('1')?.[0]?.types.map(({ label }) => label)
    expect(await labels()).toContain('Primary')
    await archiveLabels(api, [input], options)
    expect(await labels()).not.toContain('Primary')
  })

  it('leaves a pair that somebody gave a label to, and removes the others', async () => {
    const label = {
      category: 'USER_DEFINED',
      label: 'Adviser',
      name: 'adviser',
      single: false,
    } as const
    const api = local({
      associationTypes: [
        { ...label, from: '0-1', to: '0-2', typeId: 901, inverseId: 902 },
        { ...label, from: '0-2', to: '0-1', typeId: 902, inverseId: 901 },
      ],
    })
    const associations = associationsOf(api)
    const kind = { ...options, label: null }
    const pairs = [
      { fromId: '1', toId: '11' },
      { fromId: '1', toId: '12' },
      { fromId: '2', toId: '11' },
    ]
    await associations.add(pairs, kind)
    await associations.add(pairs.slice(0, 1), { ...options, label: 'Adviser' })
    await associations.add(pairs.slice(1, 2), { ...options, label: 'Primary' })
    await associations.remove(pairs, kind)
    expect(await associations.read(['1', '2'], kind)).toEqual(
      new Map([
        ['1', ['11']],
        ['2', []],
      ]),
    )
    expect((await associations.read(['1'], { ...options, label: 'Adviser' })).get('1')).toEqual([
      '11',
    ])
  })

  it('removes all associations of a pair', async () => {
    const api = local()
    await createAssociations(api, [{ fromId: '1', toId: '11', types: [] }], options)
    await archiveAssociations(api, [{ fromId: '1', toId: '11' }], options)
    expect((await readAssociations(api, ['1'], options)).get('1')).toEqual([])
  })
})

describe('HubSpot associations', () => {
  it('reads further pages of a record that has many', async () => {
    const { api, requests } = scripted((_request, before) => {
      const paging = before === 0 ? { paging: { next: { after: 'x' } } } : {}
      const to = [{ toObjectId: 100 + before, associationTypes: [] }]
      return json(200, { results: [{ from: { id: '1' }, to, ...paging }] })
    })
    const found = await readAssociations(api, ['1'], options)
    expect(found.get('1')?.map(({ toId }) => toId)).toEqual(['100', '101'])
    expect(JSON.parse(requests[1]?.body ?? '')).toEqual({ inputs: [{ id: '1', after: 'x' }] })
  })

  it('leaves pairs unaccounted that are neither result nor error', async () => {
    const error = { category: 'VALIDATION_ERROR', message: 'no', context: { ids: ['2', '12'] } }
    const { api } = scripted(() =>
      json(207, {
        results: [{ fromObjectId: 1, toObjectId: 11, labels: [] }],
        errors: [error],
      }),
    )
    const inputs = [
      { fromId: '1', toId: '11', types: [] },
      { fromId: '2', toId: '12', types: [] },
      { fromId: '3', toId: '13', types: [] },
    ]
    expect(await createAssociations(api, inputs, options)).toEqual([
      { status: 'written' },
      { status: 'rejected', reason: 'VALIDATION_ERROR', message: 'no' },
      { status: 'unaccounted' },
    ])
  })

  it('names the labels that exist when one does not', () => {
    const types = [
      { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' },
      { category: 'HUBSPOT_DEFINED', typeId: 279, label: null },
    ]
    expect(() => typeOfLabel(types, 'boss')).toThrow(/no association label “boss”.*Primary/)
  })
})
