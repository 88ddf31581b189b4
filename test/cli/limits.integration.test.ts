import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tierLimits } from '../../src/simulator/hubspot/request/rate-limits.ts'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { rewrite } from './project-files.ts'

let world: CliWorld

beforeAll(async () => {
  world = await createCliWorld({ limits: tierLimits.professional })
})
afterAll(() => world.close())

it('limits are those that the CRM told, with what is used of them', async () => {
  const { stdout } = await world.cli('limits')
  expect(stdout).toMatch(/^ {2}burst +190 per 10 s +[12] used, 18[89] left +https:/m)
  expect(stdout).toMatch(/^ {2}search +5 per 1 s +https:/m)
  const { json } = await world.cli('limits', '--json')
  expect(json).toMatchObject({
    connections: [
      { limits: [{ limit: 'burst', max: 190, left: expect.any(Number) }, { left: null }, {}] },
    ],
  })
})

it('a connection may cap the calls of all its syncs, and says what is left of that', async () => {
  const first = await world.cli('run', 'customers', '--first', '--json')
  const [{ calls }] = (first.json?.['syncs'] ?? []) as [{ calls: { total: number } }]
  const cap = (max: number) =>
    rewrite(world.directory, 'syncline.yaml', [
      '    type: hubspot',
      `    type: hubspot\n    max_calls_per_day: ${max}`,
    ])
  await world.sql('create table people as select email, city from customers')
  writeFileSync(
    join(world.directory, 'syncs/people.yaml'),
    `type: push
from: { connection: warehouse, table: main.people, key: email }
to: { connection: hubspot, object: contacts, match: { email: email } }
fields: { company: city }
`,
  )
  const undo = cap(calls.total)
  const [refused, limits] = [await world.cli('run', 'people', '--first'), await world.cli('limits')]
  undo()
  expect([refused.code, refused.stderr]).toEqual([
    5,
    expect.stringContaining(`max_calls_per_day of connection hubspot is ${calls.total}.`),
  ])
  expect(limits.stdout).toContain(`calls (max_calls_per_day), 0 left\n`)
  const again = cap(1_000)
  const plan = await world.cli('plan', 'people')
  again()
  expect(plan.stdout).toMatch(
    /\n {4}max_calls_per_day of connection hubspot: 9\d\d left today \(UTC\) to all its syncs\n/,
  )
})
