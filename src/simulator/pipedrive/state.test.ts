import { describe, expect, it } from 'vitest'
import { openLocal, startOfTest } from './open-local.ts'
import { createPipedrive } from './pipedrive.ts'
import { planLimits } from './request/rate-limits.ts'

const hash = 'e'.repeat(40)

function lived() {
  const local = openLocal({
    limits: planLimits('ultimate'),
    state: {
      fields: { person: [{ code: hash, name: 'Key', type: 'varchar' }] },
      apps: [{ clientId: 'a', clientSecret: 's', redirectUri: 'https://x.com', scopes: [] }],
      filters: [{ id: 1, object: 'person', equals: { name: 'Ann' } }],
      records: { persons: [{ id: '7', values: { name: 'Old' }, updatedAt: null }] },
    },
  })
  const id = local.create('/api/v2/persons', { name: 'Ann', custom_fields: { [hash]: 'k1' } })
  local.advance(1500)
  local.pipedrive.edit({
    kind: 'update',
    object: 'persons',
    id: String(id),
    values: { name: 'Bo' },
  })
  return { local, id: String(id) }
}

describe('the state of a company', () => {
  it('can be taken out and put into another one', () => {
    const { local } = lived()
    const { state, companyId } = local.pipedrive.dump()
    const copy = createPipedrive({ now: local.now, companyId, state })
    expect(copy.dump().state).toEqual(state)
    expect(state.dailyUsed).toBe(5)
    const copied = openLocal({ state })
    expect(copied.create('/api/v2/persons', { name: 'Next' })).toBe(9)
  })

  it('can be put into another one after a field and its values were deleted', () => {
    const { local, id } = lived()
    expect(local.call(`DELETE /api/v2/personFields/${hash}`).status).toBe(200)
    const { state } = local.pipedrive.dump()
    expect(openLocal({ state }).pipedrive.dump().state).toEqual(state)
    expect(local.call(`GET /api/v2/persons/${id}`).data['custom_fields']).toEqual({})
  })

  it('is new again after a reset, settings kept', () => {
    const { local } = lived()
    local.pipedrive.configure({ behaviour: { contactSync: true } })
    local.pipedrive.reset()
    expect(local.pipedrive.log()).toEqual([])
    expect(local.call('GET /api/v2/persons').items).toMatchObject([{ id: 7 }])
    expect(local.pipedrive.settings().behaviour.contactSync).toBe(true)
  })

  it.each([
    ['there is no object rockets', { records: { rockets: [{ values: {} }] } }],
    [
      'record 1 has nothing, which person lacks',
      { records: { person: [{ id: '1', values: { nothing: 1 } }] } },
    ],
    ['record id x of person is not a number', { records: { person: [{ id: 'x', values: {} }] } }],
    ['field k has no name or no type', { fields: { person: [{ code: 'k' }] } }],
  ])('that does not fit together is refused: %s', (message, state) => {
    expect(() => openLocal({ state })).toThrow(message)
  })
})

describe('the log', () => {
  it('knows every change with its exact time, by whom, and the whole record before and after', () => {
    const { local, id } = lived()
    const [made, changed] = local.pipedrive.log()
    expect(made).toMatchObject({
      kind: 'create',
      source: 'api',
      userId: '1',
      before: null,
      after: { id, values: { name: 'Ann', [hash]: 'k1' } },
    })
    expect(changed).toMatchObject({
      seq: 2,
      at: startOfTest + 1500,
      object: 'person',
      id,
      kind: 'update',
      source: 'person',
      changes: { name: ['Ann', 'Bo'] },
      before: { values: { name: 'Ann' } },
      after: { values: { name: 'Bo', [hash]: 'k1' }, updatedAt: startOfTest + 1500 },
    })
  })

  it('tells apart values with parts', () => {
    const { local, id } = lived()
    const contacts = (value: string) => [{ value, primary: true, label: 'work' }]
    local.call(`PATCH /api/v2/persons/${id}`, { emails: contacts('a@x.com') })
    local.call(`PATCH /api/v2/persons/${id}`, { emails: contacts('b@x.com') })
    expect(local.pipedrive.log().at(-1)?.changes).toEqual({
      emails: [contacts('a@x.com'), contacts('b@x.com')],
    })
  })
})

describe('people and Pipedrive itself', () => {
  it('create, change, delete, restore, merge and purge', () => {
    const { local, id } = lived()
    const { pipedrive } = local
    const other = pipedrive.edit({ kind: 'create', object: 'person', values: { name: 'Cy' } })
    pipedrive.edit({ kind: 'delete', object: 'person', id })
    expect(local.call(`GET /api/v2/persons/${id}`).data).toMatchObject({ is_deleted: true })
    pipedrive.edit({ kind: 'restore', object: 'person', id })
    expect(local.call(`GET /api/v2/persons/${id}`).data).toMatchObject({ is_deleted: false })
    expect(pipedrive.edit({ kind: 'merge', object: 'person', id, into: other })).toBe(other)
    pipedrive.edit({ kind: 'purge', object: 'person', id })
    expect(local.call(`GET /api/v2/persons/${id}`).status).toBe(404)
    const kinds = pipedrive.log().map(({ kind }) => kind)
    expect(kinds.slice(2)).toEqual(['create', 'delete', 'restore', 'delete', 'merge', 'purge'])
    expect(() => pipedrive.edit({ kind: 'delete', object: 'person', id: '99' })).toThrow(
      'not found',
    )
  })

  it('touch values without a new time of change', () => {
    const { local, id } = lived()
    local.advance(60_000)
    const before = local.call(`GET /api/v2/persons/${id}`).data['update_time']
    local.pipedrive.edit({ kind: 'touch', object: 'person', id, values: { label_ids: [4] } })
    expect(local.call(`GET /api/v2/persons/${id}`).data).toMatchObject({
      label_ids: [4],
      update_time: before,
    })
  })
})
