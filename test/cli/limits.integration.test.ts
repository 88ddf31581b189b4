import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { tierLimits } from '../../src/simulator/hubspot/request/rate-limits.ts'
import { newProcessName } from '../../src/app/process-name.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import { localToken } from '../../src/simulator/hubspot/store/local-token.ts'
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
  expect(stdout).toMatch(/^ {2}daily: .* left, again at \S+Z, counted at \S+Z$/m)
  const { json } = await world.cli('limits', '--json')
  const by = { processes: [], ended: expect.any(Number), others: 0 }
  expect(json).toMatchObject({
    connections: [
      {
        limits: [
          { limit: 'burst', max: 190, left: expect.any(Number), by },
          { left: null, by: null },
          {},
        ],
      },
    ],
  })
})

it('a limit is told by whom it is used: by processes of ours, and by others', async () => {
  const ledger = await openSqliteLedger(join(world.directory, '.syncline/dev/state.db'))
  const [burst] = (await ledger.budgets()).filter(({ budget }) => budget.includes('burst'))
  const limit = { max: burst?.declaredMax ?? 0, windowMs: burst?.windowMs ?? 0 }
  const named = { budget: burst?.budget ?? '', limit, owner: newProcessName() }
  let after = 0
  const takeTurn = async (): Promise<void> => {
    const needs = { need: 10, busy: 3, givesBack: [], learnedMax: null, requestMs: 1_000 }
    const turn = { ...named, ...needs, after, at: Date.now() }
    after = (await ledger.takeBudgetTurn(turn, () => false)).turn
  }
  const byWhom = async (): Promise<readonly (number | null)[]> => {
    await takeTurn()
    for (let call = 0; call < 9; call += 1) {
      const headers = { authorization: `Bearer ${localToken}` }
      await fetch(`${world.hubspot.url}/crm/v3/objects/contacts`, { headers })
    }
    const { stdout } = await world.cli('limits')
    const own = /^ {4}process \d+ on \S+: (\d+) used of the \d+ that it has$/m.exec(stdout)
    const others = /^ {4}others than Syncline: (\d+) used$/m.exec(stdout)
    return [own, others].map((found) => (found === null ? null : Number(found[1])))
  }
  // What is counted leaves the window in ten seconds, and a process is silent after five: a busy machine may take longer.
  await vi.waitFor(
    async () => {
      const [own, others] = await byWhom()
      expect(own).toBe(3)
      expect(others).toBeGreaterThan(0)
    },
    { timeout: 60_000 },
  )
  await ledger.close()
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
