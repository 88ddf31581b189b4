import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customerColumns, sampleCustomer } from '../../src/app/init/sample-customers.ts'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { golden } from './golden.ts'

const customers = 100
const edited = 3
const firstId = 9000

let world: CliWorld

/** HubSpot holds all customers but the last, three of them with a city that somebody typed. */
beforeAll(async () => {
  world = await createCliWorld()
  const contacts = Array.from({ length: customers - 1 }, (_, index) => ({
    id: String(firstId + index),
    properties: { ...contactOf(index + 1), ...(index < edited ? { city: 'Typed by hand' } : {}) },
  }))
  world.hubspot.simulator.seed({ records: { contacts } })
})
afterAll(() => world.close())

function contactOf(customer: number): Readonly<Record<string, string>> {
  const row = sampleCustomer(customer)
  const value = (column: string): string =>
    row[customerColumns.findIndex(({ name }) => name === column)] ?? ''
  return {
    email: value('email'),
    firstname: value('first_name'),
    lastname: value('last_name'),
    city: value('city'),
    jobtitle: value('job_title'),
  }
}

const writes = () => world.hubspot.simulator.log().filter(({ source }) => source === 'api')

// In this order: what differs is shown, then repaired in HubSpot, then there is nothing left.
describe('adopt', () => {
  it('needs no leave to write, sends nothing, and shows what differs as a plan', async () => {
    const path = join(world.directory, 'syncline.yaml')
    const before = readFileSync(path, 'utf8')
    writeFileSync(
      path,
      before.replace('    type: hubspot', '    type: hubspot\n    production: true'),
    )
    const { code, stdout } = await world.cli('adopt', 'customers', '--show', '2')
    writeFileSync(path, before)
    expect(code).toBe(0)
    expect(stdout).toContain('  96 rows are as they should be: found so, or confirmed before\n')
    expect(stdout).toContain('  4 differ or are missing there; nothing was sent\n')
    expect(stdout).toMatch(/ {2}~ update 1 \(record 9000\)\n {6}city: "Typed by hand" → "\S+"\n/)
    expect(stdout).toContain('  … and 2 more (--show)\n')
    expect(stdout).toContain('  1 to create, 3 to update, 0 to delete, 96 unchanged\n')
    expect(stdout).toMatch(/^ {2}apply exactly this plan:\n {4}syncline apply \S+$/m)
    expect(writes()).toEqual([])
    const life = await world.cli('explain', 'customers', '1')
    expect([life.code, life.stdout]).toEqual([0, expect.stringContaining('adopt.differs')])
  })

  it('tells in JSON the adoption and the plan of what differs', async () => {
    const { code, stdout } = await world.cli('adopt', 'customers', '--json')
    expect(code).toBe(0)
    await expect(golden(stdout, world.directory)).toMatchFileSnapshot(
      join(import.meta.dirname, '__golden__', 'adopt.json.txt'),
    )
  })

  it('leaves a run nothing to do where nothing differs any more', async () => {
    const { simulator } = world.hubspot
    for (let index = 0; index < edited; index += 1) {
      const { city = '' } = contactOf(index + 1)
      const id = String(firstId + index)
      simulator.edit({ kind: 'update', object: 'contacts', id, properties: { city } })
    }
    simulator.edit({ kind: 'create', object: 'contacts', properties: contactOf(customers) })
    const adopted = await world.cli('adopt', 'customers')
    expect(adopted.stdout).toMatch(
      /100 rows are as they should be: found so, or confirmed before\n {2}0 differ or are missing there; nothing was sent\n$/,
    )
    const run = await world.cli('run', 'customers', '--json')
    expect(run.json).toMatchObject({
      syncs: [{ outcomes: { delivered: 0, unchanged: 100 }, calls: { total: 0 } }],
    })
    expect(writes()).toEqual([])
  })

  it('ends with 2 for a sync that there is not, and with 5 for one that is paused', async () => {
    expect((await world.cli('adopt', 'custmers')).code).toBe(2)
    await world.cli('pause', 'customers')
    expect((await world.cli('adopt', 'customers')).code).toBe(5)
  })
})
