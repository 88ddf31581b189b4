import { describe, expect, it } from 'vitest'
import { Chance } from '../chance.ts'
import type { Json } from '../json.ts'
import { openLocal } from './open-local.ts'
import { localToken } from './pipedrive.ts'
import { routes } from './routes/routes.ts'
import { standardFields } from './store/standard-fields.ts'

const hash = 'a'.repeat(40)
const options = [{ id: 1, label: 'A', color: null, addedAt: 0, updatedAt: null }]
const words =
  'custom_fields field_name field_type options label merge_with_id subscription_url event_action event_object user_id version'
const codes = Object.values(standardFields).flatMap((fields) => fields.map(({ code }) => code))
const names = [...new Set(codes), ...words.split(' '), hash]
const parameters =
  'limit start cursor ids filter_id updated_since updated_until sort_by sort_direction include_fields custom_fields include_option_labels term field entity_type match exact_match status owner_id done since_timestamp items'
const queries = parameters.split(' ')
const texts = [
  '',
  '1',
  '-1',
  'x',
  'NaN',
  '1e99',
  'true',
  'person',
  'name',
  hash,
  'WyJpZCJd',
  '%00',
  '\u0000',
]

/** Any request that could be made of the words that the API knows. */
function anyRequest(seed: number) {
  const chance = new Chance(seed)
  const json = (depth: number): Json => {
    const plain: readonly Json[] = [null, true, 0, 1, -1.5, 1e21, ...texts]
    if (depth <= 0 || chance.happens(0.5)) return chance.pick(plain) ?? null
    const count = chance.between(0, 3)
    if (chance.happens(0.3)) return Array.from({ length: count }, () => json(depth - 1))
    const entries = Array.from({ length: count }, () => {
      const name = chance.oneOf('value', 'currency', 'until', 'id', 'amount', '__proto__', ...names)
      return [name, json(depth - 1)] as const
    })
    return Object.fromEntries(entries)
  }
  const query = () =>
    Array.from({ length: chance.between(0, 3) }, (): [string, string] => [
      chance.pick(queries) ?? 'limit',
      chance.pick(texts) ?? '',
    ])
  return { chance, json, query }
}

describe('any request', () => {
  it.each([1, 2, 3, 4])('is answered by 2xx or 4xx, and breaks nothing (seed %i)', (seed) => {
    const local = openLocal({
      seed,
      searchLagMs: 1000,
      state: {
        fields: {
          deal: [{ code: hash, name: 'Tier', type: 'set', options }],
          person: [{ code: hash, name: 'Place', type: 'address' }],
        },
        records: { person: [{ id: '1', values: { name: 'Ann' } }] },
      },
    })
    const webhook = {
      subscription_url: 'https://x.com',
      event_action: '*',
      event_object: '*',
      name: 'x',
    }
    local.call('POST /api/v1/webhooks', webhook)
    const { chance, json, query } = anyRequest(seed)
    const statuses = new Map<number, number>()
    for (let made = 0; made < 2500; made += 1) {
      const route = chance.pick(routes)
      const path = route?.segments.map((one) =>
        one.startsWith(':') ? chance.oneOf('1', '2', hash, 'x') : one,
      )
      const { response } = local.pipedrive.handle({
        method: route?.method ?? 'GET',
        url: `/${path?.join('/') ?? ''}?${new URLSearchParams(query()).toString()}`,
        headers: { 'x-api-token': localToken },
        body: chance.happens(0.1) ? (chance.pick(texts) ?? '') : JSON.stringify(json(4)),
      })
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      for (const { id } of local.pipedrive.takeDispatches()) local.pipedrive.report(id, 200)
    }
    const wrong = [...statuses.keys()].filter((status) => status < 200 || status >= 500)
    expect(wrong).toEqual([])
    expect(statuses.get(200)).toBeGreaterThan(100)
    expect(statuses.get(400)).toBeGreaterThan(100)
    const { state } = local.pipedrive.dump()
    expect(openLocal({ state }).pipedrive.dump().state).toEqual(state)
  })
})
