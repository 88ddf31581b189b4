import { describe, expect, it } from 'vitest'
import { creatableTypes, fieldTypes } from '../store/field.ts'
import type { JsonObject } from '../../json.ts'
import { openLocal } from '../open-local.ts'
import { text } from '../store/values.ts'

const path = '/api/v2/dealFields'

/** Makes a field and gives its code. */
function made(local: ReturnType<typeof openLocal>, body: JsonObject): string {
  const { status, data } = local.call(`POST ${path}`, body)
  expect(status).toBe(200)
  return text(data, 'field_code') ?? ''
}

describe('fields', () => {
  it.each(['deal', 'person', 'organization', 'product', 'activity'])(
    'of %s are listed in pages, each once',
    (object) => {
      const local = openLocal()
      const whole = local.call(`GET /api/v2/${object}Fields?limit=500`)
      expect(whole.next).toBeNull()
      const codes: unknown[] = []
      let cursor = ''
      do {
        const page = local.call(`GET /api/v2/${object}Fields?limit=5&cursor=${cursor}`)
        codes.push(...page.items.map((one) => one['field_code']))
        cursor = page.next ?? ''
      } while (cursor !== '')
      expect(codes).toEqual(whole.items.map((one) => one['field_code']))
      expect(new Set(codes).size).toBe(codes.length)
      const types: readonly unknown[] = fieldTypes
      expect(whole.items.filter((one) => !types.includes(one['field_type']))).toEqual([])
    },
  )

  it('built in have options with texts as ids, and can not be changed', () => {
    const local = openLocal()
    const status = local.call(`GET ${path}/status`).data
    expect(status).toMatchObject({ field_type: 'status', is_custom_field: false })
    expect(status['options']).toContainEqual(expect.objectContaining({ id: 'won', label: 'Won' }))
    expect(local.call(`PATCH ${path}/status`, { field_name: 'X' }).status).toBe(400)
    expect(local.call(`DELETE ${path}/status`).status).toBe(400)
    expect(local.call(`GET ${path}/nothing`).status).toBe(404)
    expect(local.call('POST /api/v2/activityFields', {}).status).toBe(405)
  })

  it('show what surrounds them only when asked', () => {
    const local = openLocal()
    const plain = local.call(`GET ${path}/title`).data
    expect(Object.keys(plain)).toEqual([
      'field_name',
      'field_code',
      'description',
      'field_type',
      'options',
      'subfields',
      'is_custom_field',
      'is_optional_response_field',
    ])
    const query = 'include_fields=ui_visibility,important_fields,required_fields'
    expect(local.call(`GET ${path}/title?${query}`).data).toMatchObject({
      ui_visibility: {},
      important_fields: {},
      required_fields: { enabled: true },
    })
    const optional = local.call(`GET ${path}/activities_count`).data
    expect(optional).toMatchObject({ is_optional_response_field: true })
  })

  it.each(creatableTypes)('of type %s can be made, with a hash of 40 digits as code', (type) => {
    const local = openLocal()
    const options = type === 'enum' || type === 'set' ? { options: [{ label: 'A' }] } : {}
    const code = made(local, { field_name: 'Mine', field_type: type, ...options })
    expect(code).toMatch(/^[0-9a-f]{40}$/)
    expect(local.call(`GET ${path}/${code}`).data).toMatchObject({
      field_name: 'Mine',
      field_type: type,
      is_custom_field: true,
    })
    expect(local.call('GET /api/v1/leadFields?limit=500').items).toContainEqual(
      expect.objectContaining({ key: code }),
    )
  })

  it('may have the same name twice', () => {
    const local = openLocal()
    const body = { field_name: 'Same', field_type: 'varchar' }
    expect(made(local, body)).not.toBe(made(local, body))
  })

  it.each<[string, JsonObject]>([
    ['a type that is only read', { field_name: 'A', field_type: 'int' }],
    ['no name', { field_type: 'text' }],
    ['an option list without options', { field_name: 'A', field_type: 'enum' }],
    [
      'options where there are none',
      { field_name: 'A', field_type: 'text', options: [{ label: 'x' }] },
    ],
    ['options that are no objects', { field_name: 'A', field_type: 'enum', options: ['x'] }],
  ])('are not made with %s', (_what, body) => {
    expect(openLocal().call(`POST ${path}`, body).status).toBe(400)
  })

  it('keep their code when renamed, and take their values along when deleted', () => {
    const local = openLocal()
    const code = made(local, { field_name: 'Old', field_type: 'varchar' })
    local.create('/api/v2/deals', { title: 'A', custom_fields: { [code]: 'x' } })
    const renamed = local.call(`PATCH ${path}/${code}`, { field_name: 'New', description: 'd' })
    expect(renamed.data).toMatchObject({ field_code: code, field_name: 'New', description: 'd' })
    expect(local.call(`PATCH ${path}/${code}`, { field_type: 'text' }).status).toBe(400)
    expect(local.call(`DELETE ${path}/${code}`).status).toBe(200)
    expect(local.call('GET /api/v2/deals/1').data['custom_fields']).toEqual({})
    expect(local.call(`GET ${path}/${code}`).status).toBe(404)
  })
})

describe('options', () => {
  function withOptions() {
    const local = openLocal()
    const options = [{ label: 'A' }, { label: 'B' }]
    const code = made(local, { field_name: 'Tier', field_type: 'enum', options })
    return { local, url: `${path}/${code}` }
  }
  const labels = ({ local, url }: ReturnType<typeof withOptions>) => {
    const { options } = local.call(`GET ${url}`).data
    return JSON.stringify(options).match(/(?<="label":")[^"]*/g)
  }

  it('are added, renamed and deleted in lists, with numbers as ids', () => {
    const field = withOptions()
    const { local, url } = field
    expect(local.call(`POST ${url}/options`, [{ label: 'C' }]).items).toEqual([
      { id: 3, label: 'C' },
    ])
    expect(local.call(`PATCH ${url}/options`, [{ id: 1, label: 'AA' }]).status).toBe(200)
    expect(local.call(`DELETE ${url}/options`, [{ id: 2 }]).items).toEqual([{ id: 2, label: 'B' }])
    expect(labels(field)).toEqual(['AA', 'C'])
    expect(local.call(`GET ${url}/options`).status).toBe(405)
  })

  it('are changed all or not at all', () => {
    const field = withOptions()
    const { local, url } = field
    const mixed = [
      { id: 1, label: 'AA' },
      { id: 99, label: 'ZZ' },
    ]
    expect(local.call(`PATCH ${url}/options`, mixed).status).toBe(400)
    expect(local.call(`DELETE ${url}/options`, [{ id: 1 }, { id: 99 }]).status).toBe(400)
    expect(local.call(`POST ${url}/options`, [{ label: 'C' }, {}]).status).toBe(400)
    expect(local.call(`POST ${url}/options`, {}).status).toBe(400)
    expect(labels(field)).toEqual(['A', 'B'])
  })
})

describe('fields of the first version', () => {
  it('have a key, a name, flags and options', () => {
    const { items, body } = openLocal().call('GET /v1/dealFields?limit=3')
    expect(items[1]).toEqual({
      key: 'title',
      name: 'Title',
      field_type: 'varchar',
      edit_flag: false,
      mandatory_flag: true,
      bulk_edit_allowed: true,
      active_flag: true,
    })
    expect(body['additional_data']).toEqual({
      pagination: { start: 0, limit: 3, more_items_in_collection: true, next_start: 3 },
    })
  })
})
