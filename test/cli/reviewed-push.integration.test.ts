import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliWorld, createCliWorld, type Said } from './cli-world.ts'
import { golden } from './golden.ts'

let world: CliWorld

/** A customer that HubSpot will not take. */
const wrongCustomer = 7

beforeAll(async () => {
  world = await createCliWorld()
  await world.sql(`update customers set email = 'no address' where customer_id = ${wrongCustomer}`)
})
afterAll(() => world.close())

const writes = () => world.hubspot.simulator.log().filter(({ source }) => source === 'api')

/** The plan that the text names for `apply`. */
function planIn({ stdout }: Said): string {
  return /apply exactly this plan:\n {4}syncline apply (\S+)/.exec(stdout)?.[1] ?? 'none'
}

/** Gives back what was there. */
function rewrite(file: string, change: (text: string) => string): () => void {
  const path = join(world.directory, file)
  const before = readFileSync(path, 'utf8')
  writeFileSync(path, change(before))
  return () => writeFileSync(path, before)
}

const moveTo = (city: string) =>
  world.sql(`update customers set city = '${city}' where customer_id = 8`)

// In this order: the first plan is refused in several ways before it is applied.
describe('apply of a first plan', () => {
  it('ends with 4 where the environment may not write', async () => {
    const restore = rewrite('syncline.yaml', (text) =>
      text.replace('    type: hubspot', '    type: hubspot\n    production: true'),
    )
    const plan = planIn(await world.cli('plan', 'customers'))
    const applied = await world.cli('apply', plan)
    restore()
    expect([applied.code, applied.stderr]).toEqual([
      4,
      expect.stringContaining('error push.not_writable'),
    ])
    expect(writes()).toEqual([])
  })

  it('ends with 4 and writes nothing when the world moved since the plan', async () => {
    const plan = planIn(await world.cli('plan', 'customers'))
    await moveTo('Ghent')
    const applied = await world.cli('apply', plan)
    expect([applied.code, applied.stderr]).toEqual([
      4,
      expect.stringContaining('error push.world_moved'),
    ])
    expect(writes()).toEqual([])
  })

  it('delivers what a guard stopped, and ends with 1 for more rejected rows than allowed', async () => {
    const stopped = await world.cli('run', 'customers')
    expect([stopped.code, stopped.stderr]).toEqual([
      4,
      expect.stringMatching(/`syncline plan`.*--first.*apply the plan.*`adopt`/),
    ])
    const applied = await world.cli('apply', planIn(stopped))
    expect([applied.code, applied.stdout]).toEqual([
      1,
      expect.stringMatching(
        /^customers → hubspot contacts \(run \S+, succeeded, [\d.]+ s\)\n {2}planned: 100 to create.*\n {2}predicted: 1 API call to deliver \(1 create\)\n {2}outcome: 99 delivered.* 1 rejected/,
      ),
    ])
    expect(writes()).toHaveLength(99)
  })
})

describe('apply', () => {
  it('ends with 5 while the sync is paused, and the plan waits', async () => {
    await moveTo('Oslo')
    const plan = planIn(await world.cli('plan', 'customers'))
    await world.cli('pause', 'customers')
    expect((await world.cli('apply', plan)).code).toBe(5)
    await world.cli('resume', 'customers')
    const { code, stdout } = await world.cli('apply', plan, '--json')
    expect(code).toBe(0)
    await expect(golden(stdout, world.directory)).toMatchFileSnapshot(
      join(import.meta.dirname, '__golden__', 'apply.json.txt'),
    )
    const over = await world.cli('apply', plan)
    expect([over.code, over.stderr]).toEqual([
      2,
      expect.stringContaining('only a stored plan can be applied'),
    ])
  })

  it('leaves nothing to do, so that the next plan names no way to apply it', async () => {
    const again = await world.cli('plan', 'customers', '--exit-on-changes')
    expect([again.code, planIn(again)]).toEqual([0, 'none'])
  })

  it('ends with 2 for a run that there is not', async () => {
    const { code, stderr } = await world.cli('apply', 'none')
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('error app.unknown_run: There is no run none.'),
    ])
  })

  it('ends with 2 where the sync of the run has errors by now', async () => {
    await moveTo('Bern')
    const planned = await world.cli('plan', 'customers', '--env', 'dev', '-C', '.')
    const restore = rewrite('syncs/customers.yaml', (text) => text.replace('upsert', 'upset'))
    const { code, stderr } = await world.cli('apply', planIn(planned))
    restore()
    expect([code, stderr]).toEqual([2, expect.stringContaining('error app.bad_sync')])
    expect(planned.stdout).toMatch(
      /^ {2}apply exactly this plan:\n {4}syncline apply \S+ -C \. --env dev$/m,
    )
  })
})
