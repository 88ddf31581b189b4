import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliWorld, createCliWorld } from './cli-world.ts'

let world: CliWorld

beforeAll(async () => {
  world = await createCliWorld()
})
afterAll(() => world.close())

async function planId(): Promise<string> {
  const { stdout } = await world.cli('plan', 'customers', '--json')
  return /"run":"([^"]+)"/.exec(stdout)?.[1] ?? 'none'
}

/** In this order: each test finds what those before it left. */
describe('status and runs', () => {
  it('show a plan that waits as open, and no run before the first', async () => {
    const plan = await planId()
    const { stdout } = await world.cli('status')
    expect(stdout).toContain('  never run\n')
    expect(stdout).toContain(`  plan ${plan}: planned since `)
  })

  it('count an applied plan as the last run, with its own outcome', async () => {
    const plan = await planId()
    await world.cli('apply', plan)
    const { json, stdout } = await world.cli('status', '--json')
    expect(json).toMatchObject({
      syncs: [
        {
          last_run: { run: plan, kind: 'apply', state: 'succeeded', outcomes: { delivered: 100 } },
          open_runs: [],
        },
      ],
    })
    expect(stdout).not.toContain('"kind":"plan"')
    expect((await world.cli('status')).stdout).toContain(`  last apply ${plan}: succeeded, ended `)
    expect((await world.cli('runs')).stdout).toMatch(new RegExp(`^${plan} +customers +apply `, 'm'))
  })

  it('never mix the last run with the counts of another', async () => {
    await world.sql(`update customers set email = 'no address' where customer_id = 7`)
    await world.cli('run', 'customers')
    const { stdout } = await world.cli('status')
    expect(stdout).toContain('    1 rejected INVALID_EMAIL\n')
    await world.sql('alter table customers rename column city to town')
    const failed = await world.cli('run', 'customers')
    await world.sql('alter table customers rename column town to city')
    expect(failed.code).toBe(2)
    const after = await world.cli('status')
    expect(after.stdout).toMatch(/^ {2}last run \S+: failed, ended /m)
    expect(after.stdout).not.toContain('outcome:')
    expect(after.stdout).not.toContain('INVALID_EMAIL')
  })

  it('list under --failed what a guard stopped, also once a newer plan replaced it', async () => {
    await world.sql(`update customers set city = 'Ghent' where customer_id > 20`)
    const stopped = await world.cli('run', 'customers', '--json')
    expect(stopped.code).toBe(4)
    const id = /"run":"([^"]+)"/.exec(stopped.stdout)?.[1] ?? 'none'
    const [before] = runsIn((await world.cli('runs', '--failed', '--json')).json)
    await planId()
    await planId()
    const after = runsIn((await world.cli('runs', '--failed', '--json')).json)
    expect(before).toMatchObject({ run: id, state: 'stopped' })
    expect(after[0]).toMatchObject({ run: id, state: 'dropped', error: { code: 'push.guard' } })
    expect(after.filter(({ kind }) => kind === 'plan')).toEqual([])
  })
})

type Listed = Readonly<Record<string, unknown>>

function runsIn(json: { readonly [name: string]: unknown } | undefined): readonly Listed[] {
  return (json?.['runs'] ?? []) as readonly Listed[]
}

describe('a name that nobody has', () => {
  it('of a sync is told by runs as by status, unless it has runs', async () => {
    for (const command of ['runs', 'status']) {
      const said = await world.cli(command, 'customrs')
      expect([said.code, said.stderr]).toEqual([
        2,
        expect.stringContaining('did you mean customers?'),
      ])
    }
    expect((await world.cli('runs', 'customers', '--failed')).code).toBe(0)
  })

  it('of a row is told by run, plan and retry', async () => {
    for (const command of ['run', 'plan', 'retry']) {
      const { code, stderr } = await world.cli(command, 'customers', '--key', '777777')
      expect([code, stderr]).toEqual([
        0,
        expect.stringContaining('customers: no row of the model has the key 777777\n'),
      ])
    }
    const { stderr } = await world.cli('plan', 'customers', '--key', '7')
    expect(stderr).not.toContain('no row of the model')
  })
})
