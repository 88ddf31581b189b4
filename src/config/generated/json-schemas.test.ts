import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { jsonSchemas } from './json-schemas.ts'

const schemas = jsonSchemas({
  connectors: new Map([
    [
      'hubspot',
      {
        options: z.object({
          access_token: z.string().meta({ secret: true }),
          requests: z.int().optional(),
        }),
        objectKey: (object) => object,
        lists: [],
      },
    ],
  ]),
  sources: new Map([['pipedrive', { options: z.object({}), objects: [], subscriptions: null }]]),
  warehouses: new Map([['duckdb', { options: z.object({ path: z.string() }) }]]),
})

function accepts(name: string, text: string): boolean {
  const schema = schemas.get(name)
  if (schema === undefined) throw new Error(`there is no schema ${name}`)
  return z.fromJSONSchema(JSON.parse(schema)).safeParse(parse(text)).success
}

const push = `type: push
from: { connection: w, model: m.sql, key: id }
to: { connection: c, object: contacts, match: { email: e } }
`

const pull = `type: pull
from: { connection: p, objects: [deals] }
to:
  connection: w
  schema: crm
`

describe('the JSON Schemas for editors', () => {
  it.each([
    ['a column', 'fields: { a: b }', true],
    ['a mapping', 'fields: { a: { column: b, write: if_empty, sensitive: true } }', true],
    ['a constant', 'fields: { a: { value: 5 } }', true],
    ['a reference for a boolean', 'shared: "${env:SHARED}"', true],
    ['a guard in percent', 'guards: { max_changes: 5% }', true],
    ['an unknown key', 'feilds: { a: b }', false],
    ['an unknown key of a field', 'fields: { a: { colum: b } }', false],
    ['an unknown value', 'mode: upsrt', false],
    ['a text for a boolean', 'shared: yes', false],
    ['a guard that is none', 'guards: { max_changes: 5 % }', false],
    ['more changes than the baseline has records', 'guards: { max_changes: 200% }', true],
    ['all deletes', 'guards: { max_deletes: 100% }', true],
    ['more deletes than there are records', 'guards: { max_deletes: 100.5% }', false],
  ])('of a push: %s', (_, line, accepted) => {
    expect(accepts('sync.schema.json', `${push}${line}\n`)).toBe(accepted)
  })

  it.each([
    ['a name of tables', 'tables: "{singular}_history"', true],
    ['names of all tables', 'tables: { history: h, current: c, changes: l }', true],
    ['an unknown table', 'tables: { histroy: h }', false],
  ])('of a pull: %s', (_, line, accepted) => {
    expect(accepts('sync.schema.json', `${pull}  ${line}\n`)).toBe(accepted)
  })

  it.each([
    ['fields', 'fields: { exclude: [persons.phone], hash_secret: "${env:SECRET}" }', true],
    ['a history', 'history: { as: view, preset: fivetran }', true],
    ['a guard of pushes', 'guards: { max_changes: 5% }', false],
    ['more deletes than there are records', 'guards: { max_deletes: 200% }', false],
    ['an option of pushes', 'mode: upsert', false],
    ['a capture', 'capture: { webhooks: true, reconcile: { every: 14d } }', true],
    ['a schedule', 'schedule: { cron: "0 3 * * 0", timezone: Europe/Berlin }', true],
  ])('of a pull: %s', (_, line, accepted) => {
    expect(accepts('sync.schema.json', `${pull}${line}\n`)).toBe(accepted)
  })

  it('of a sync without a direction: refused', () => {
    expect(accepts('sync.schema.json', push.replace('type: push', 'type: psuh'))).toBe(false)
  })

  it.each([
    [
      'both kinds of connection',
      'connections: { a: { type: duckdb, path: x }, b: { type: hubspot, production: true } }',
      true,
    ],
    ['a connection to pull from', 'connections: { a: { type: pipedrive } }', true],
    [
      'a reference for a number',
      'connections: { b: { type: hubspot, requests: "${env:N}" } }',
      true,
    ],
    ['an environment', 'connections: {}\nenvironments: { prod: { write: false } }', true],
    ['an unknown type', 'connections: { a: { type: duckbd } }', false],
    ["another type's option", 'connections: { a: { type: duckdb, access_token: x } }', false],
    ['an unknown key', 'connections: {}\nservers: {}', false],
  ])('of a project: %s', (_, lines, accepted) => {
    expect(accepts('syncline.schema.json', `version: 1\n${lines}\n`)).toBe(accepted)
  })

  it('describe every option', () => {
    for (const text of schemas.values()) {
      const missing: string[] = []
      const walk = (node: unknown, path: string): void => {
        if (typeof node !== 'object' || node === null) return
        for (const [key, child] of Object.entries(node)) {
          if (key === 'properties' && typeof child === 'object' && child !== null) {
            for (const [name, option] of Object.entries(child)) {
              if (!('description' in Object(option))) missing.push(`${path}.${name}`)
            }
          }
          walk(child, `${path}.${key}`)
        }
      }
      walk(JSON.parse(text), '')
      expect(missing.filter((path) => !/(access_token|requests|path)$/.test(path))).toEqual([])
    }
  })
})
