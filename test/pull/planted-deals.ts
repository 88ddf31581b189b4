/** Deals with a planted person in every place that a pull keeps people's data in. */
import { expect } from 'vitest'
import type { PullWorld } from './pull-world.ts'
import { integer, march, type ScriptedCrm, scriptedCrm, text } from './scripted-crm.ts'

type World = Omit<PullWorld, 'close'>

export const planted = 'Planted.Person@example.com'

/** Deals of which 1 has the value in an old version, 2 within JSON, 5 only in a file; the others have it not. */
export async function plantDeals(world: World): Promise<ScriptedCrm> {
  const crm = scriptedCrm()
  const elements = { parts: { value: 'text', primary: 'boolean' } } as const
  crm.fields = [...crm.fields, { name: 'emails', label: 'Emails', kind: 'json', elements }]
  const emails = (...addresses: readonly string[]) => ({
    kind: 'json' as const,
    text: JSON.stringify(addresses.map((value) => ({ value, primary: true }))),
  })
  const created = march('01T10:00:00')
  crm.put('1', created, { title: text(` ${planted.toUpperCase()} `), value: integer(1) })
  crm.put('2', created, { title: text('two'), emails: emails('a@x.com', planted) })
  crm.put('3', created, { title: text('three'), emails: emails('c@x.com') })
  crm.put('4', created, { title: null, emails: null })
  await world.read(crm.reader)
  crm.put('1', march('02T10:00:00'), { title: text('one'), value: integer(2) })
  crm.now = march('03T00:00:00')
  await world.read(crm.reader)
  const at = march('04T00:00:00')
  await world.replay([
    { object: 'deals', key: 5, op: 'update', event_at: at, fields: { title: planted } },
  ])
  return crm
}

/** Tables of both schemas with a row that the text is in, whatever its case. */
export async function tablesWith(world: World, sought: string): Promise<readonly string[]> {
  const tables = await world.query(
    `select table_schema, table_name from information_schema.tables where table_schema in ('${world.sync.schema}', 'syncline') order by 1, 2`,
  )
  expect(tables.length).toBeGreaterThan(8)
  const naming: string[] = []
  for (const [schema, table] of tables) {
    const rows = await world.query(`select cast(t as varchar) from ${schema}."${table}" as t`)
    const isNamed = rows.some(([row]) => row?.toLowerCase().includes(sought.toLowerCase()))
    if (isNamed) naming.push(`${schema}.${table}`)
  }
  return naming
}

export const ids = (world: World): Promise<unknown> =>
  world.query(
    `select distinct cast(id as varchar) from ${world.sync.schema}.deal_history order by 1`,
  )
