/** Syncs of one object under names that only the account knows to be one. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CliWorld, createCliWorld } from '../cli/cli-world.ts'

const names = ['subscription', '2-10000023', 'Subscriptions']
const text = { type: 'string', fieldType: 'text' } as const
const properties = {
  '2-10000023': [
    { ...text, name: 'sub_key', hasUniqueValue: true },
    { ...text, name: 'sub_name' },
  ],
}
const subscription = {
  id: '2-10000023',
  name: 'subscription',
  labels: { singular: 'Subscription', plural: 'Subscriptions' },
  required: [],
  searchable: ['sub_key'],
  primaryDisplayProperty: 'sub_name',
}

let world: CliWorld

beforeEach(async () => {
  world = await createCliWorld({ state: { customObjects: [subscription], properties } })
  await world.sql(
    'create table subscriptions (id varchar, name varchar)',
    `insert into subscriptions values ('s1', 'One')`,
  )
})

afterEach(() => world.close())

function writeSync(name: string, object: string, more = ''): void {
  writeFileSync(
    join(world.directory, 'syncs', `${name}.yaml`),
    `type: push
from: { connection: warehouse, table: main.subscriptions, key: id }
to: { connection: hubspot, object: "${object}", match: { sub_key: id } }
fields: { sub_name: name }
${more}
`,
  )
}

const recordsOfSubscription = () =>
  world.hubspot.simulator.dump().state.records?.['2-10000023']?.length ?? 0

describe('syncs that write one field of a custom object by its different names', () => {
  beforeEach(() => {
    names.forEach((object, index) => writeSync(`s${index}`, object))
  })

  it('are refused, each of them, before anything is written', async () => {
    const said = await world.cli('run', 's0', 's1', 's2', '--first')
    expect([said.code, recordsOfSubscription()]).toEqual([2, 0])
    const told = said.stderr.match(/push\.shared: The syncs .* both write sub_name: .*/g) ?? []
    expect(told).toHaveLength(3)
    expect(told[1]).toContain(
      'syncs s1 and s0 both write sub_name: 2-10000023 and subscription are one object of hubspot.',
    )
  })

  it('are found by check', async () => {
    const { code, stdout } = await world.cli('check', 's2')
    expect([code, stdout]).toEqual([2, expect.stringMatching(/WRONG sync s2: push\.shared/)])
  })

  it('go on where all of them say so', async () => {
    names.forEach((object, index) => writeSync(`s${index}`, object, 'shared: true'))
    const { code } = await world.cli('run', 's0', 's1', 's2', '--first')
    expect([code, recordsOfSubscription()]).toEqual([0, 1])
  })
})

describe('syncs that delete', () => {
  it('from one custom object by its different names are refused', async () => {
    writeSync('s0', 'subscription', 'removed_rows: archive')
    writeFileSync(
      join(world.directory, 'syncs/s1.yaml'),
      `type: push
from: { connection: warehouse, table: main.subscriptions, key: id }
to: { connection: hubspot, object: 2-10000023, match: { sub_key: id } }
fields: { hs_object_source_detail_1: name }
removed_rows: archive
`,
    )
    const { code, stdout } = await world.cli('check', 's0')
    expect(code).toBe(2)
    expect(stdout).toContain('The syncs s0 and s1 both archive or delete: ')
  })
})

it('a standard object has no names that anybody need be asked for', async () => {
  writeSync('s0', 'subscription')
  const file = join(world.directory, 'syncs/s0.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('sub_name: name', 'city: name'))
  const { code, stdout } = await world.cli('run', 'customers', '--first', '--json')
  expect([code, stdout]).toEqual([0, expect.stringContaining('GET /crm/v3/properties/{object}')])
  expect(stdout).not.toContain('/crm/v3/schemas')
})
