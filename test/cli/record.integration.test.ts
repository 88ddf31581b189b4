import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { golden } from './golden.ts'

let world: CliWorld

beforeAll(async () => {
  world = await createCliWorld()
  await world.sql(
    `update customers set email = 'no address' where customer_id = 7`,
    `update customers set email = 'none either' where customer_id = 8`,
    `update customers set city = 'Secret town' where customer_id = 9`,
  )
})
afterAll(() => world.close())

const goldenFile = (name: string) => join(import.meta.dirname, '__golden__', `${name}.json.txt`)

/** The record of a customer, found by the address that the sample gives it. */
function recordOf(customer: number): string {
  const records = world.hubspot.simulator.dump().state.records?.['0-1'] ?? []
  const found = records.find(({ properties }) =>
    properties?.['email']?.includes(`.${customer}@example.com`),
  )
  return found?.id ?? 'none'
}

function edit(customer: number, properties: Readonly<Record<string, string>>): void {
  const id = recordOf(customer)
  world.hubspot.simulator.edit({ kind: 'update', object: 'contacts', id, properties })
}

/** Gives back what was there. */
function rewrite(file: string, change: (text: string) => string): () => void {
  const path = join(world.directory, file)
  const before = readFileSync(path, 'utf8')
  writeFileSync(path, change(before))
  return () => writeFileSync(path, before)
}

const markCity = () =>
  rewrite('syncs/customers.yaml', (text) =>
    text.replace('city: city', 'city: { column: city, sensitive: true }'),
  )

describe('before the first run', () => {
  it('verify has nothing to read back', async () => {
    const said = await world.cli('verify')
    expect([said.code, said.stdout]).toEqual([
      0,
      'customers → hubspot contacts: nothing was confirmed yet\n',
    ])
  })

  it('retry is stopped like any first run', async () => {
    const said = await world.cli('retry', 'customers')
    expect([said.code, said.stderr]).toEqual([4, expect.stringContaining('push.first_run')])
  })

  it('explain knows no key', async () => {
    const said = await world.cli('explain', 'customers', '3')
    expect([said.code, said.stderr]).toEqual([
      2,
      expect.stringContaining('app.unknown_key: No run of sync customers has met the key 3.'),
    ])
  })

  it('explain shows an empty key as one, and where it mostly comes from', async () => {
    const said = await world.cli('explain', 'customers', '')
    expect(said.stderr).toContain("has met the key ''.")
    expect(said.stderr).toContain("plan customers --key ''` shows")
    expect(said.stderr).toContain('An empty one mostly comes of a variable that is not set.')
    expect((await world.cli('plan', 'customers', '--key', '')).stderr).toContain("has the key ''\n")
  })

  it('explain names the plan of this very key, as it can be run from here', async () => {
    const said = await world.cli('explain', 'customers', 'no such', '-C', '.')
    expect(said.stderr).toMatch(/`\S.* plan customers --key 'no such' -C \.` shows/)
  })
})

describe('explain', () => {
  let beyond: string

  beforeAll(async () => {
    await world.cli('run', 'customers', '--first', '--limit', '1')
    beyond = (await world.cli('explain', 'customers', '3')).stdout
    await world.cli('run', 'customers', '--first')
    await world.sql(`update customers set city = 'Ghent' where customer_id = 3`)
    await world.cli('run', 'customers')
  })

  it('shows each change with time, run and values, and where the record stands', async () => {
    const said = await world.cli('explain', 'customers', '3')
    expect(said.code).toBe(0)
    const same = said.stdout
      .replaceAll(/\d{4}-\d\d-\d\dT\S+Z/g, '<time>')
      .replaceAll(/\b\d{8}t\d{6}_[0-9a-z]{6}\b/g, '<run>')
    expect(same).toMatch(/^customers 3 → hubspot contacts\n {2}<time> run <run>: create delivered/)
    expect(same).toMatch(/ {2}<time> run <run>: update delivered\n {6}city: "\S+" → "Ghent"\n/)
    expect(same).toMatch(
      / {2}now: record \d+, created by this sync, present,\n {7}confirmed <time> by run <run>\n/,
    )
    expect(same).toContain('      city: "Ghent"\n')
  })

  it('says that a row waits which was beyond the limit of a run', () => {
    const said =
      /^ {2}waits, run\.limit: The row is beyond the `--limit` of the run\.\n {6}left by run \S+; the next/m
    expect(beyond).toMatch(said)
    expect(beyond).toContain('  now: the CRM never confirmed this record to the sync\n')
  })

  it('says why a row is held back, and until when', async () => {
    const { stdout } = await world.cli('explain', 'customers', '7')
    expect(stdout).toContain('  now: the CRM never confirmed this record to the sync\n')
    expect(stdout).toMatch(/^ {2}held back: rejected, \S+: .*no address/m)
    expect(stdout).toContain(
      '      after 1 attempt, until its values change, or until `syncline retry`\n',
    )
  })

  it.each([
    ['explain', '3'],
    ['explain-held', '7'],
  ])('tells the same in JSON: %s', async (file, key) => {
    const { code, stdout } = await world.cli('explain', 'customers', key, '--json')
    expect(code).toBe(0)
    await expect(golden(stdout, world.directory)).toMatchFileSnapshot(goldenFile(file))
  })

  it('masks values of sensitive fields, also those from before they were marked', async () => {
    const restore = markCity()
    const { stdout } = await world.cli('explain', 'customers', '9')
    restore()
    expect(stdout).toContain('      city: (empty) → "•••"\n')
    expect(stdout).toContain('      city: "•••"\n')
    expect(stdout).not.toContain('Secret town')
  })

  it('ends with 2 for a sync that there is not', async () => {
    expect((await world.cli('explain', 'custmers', '3')).stderr).toContain('did you mean customers')
  })
})

// In this order: what a person did in HubSpot is shown, then settled.
describe('verify', () => {
  it('reads everything back and finds nothing after a run, of a paused sync, too', async () => {
    await world.cli('pause', 'customers')
    const said = await world.cli('verify', '--exit-on-changes')
    await world.cli('resume', 'customers')
    expect([said.code, said.stdout]).toEqual([
      0,
      'customers → hubspot contacts: 98 records read back, all as confirmed\n',
    ])
  })

  it('shows what a person edited, by field and by record', async () => {
    edit(3, { city: 'Oslo', firstname: 'Renamed' })
    edit(4, { city: 'Oslo' })
    world.hubspot.simulator.edit({ kind: 'archive', object: 'contacts', id: recordOf(5) })
    const said = await world.cli('verify', 'customers', '--show', '3')
    expect(said.code).toBe(0)
    expect(said.stdout.split('\n').slice(0, 4)).toEqual([
      'customers → hubspot contacts: 98 records read back, 3 of them moved',
      '    2 city',
      '    1 firstname',
      '    1 (record)',
    ])
    expect(said.stdout).toMatch(/3 \(record \d+\) city: "Ghent" → "Oslo" {3}\(conflict: ours\)/)
    expect(said.stdout).toContain('  … and 1 more (--show)\n')
    expect(said.stdout).toContain('--settle applies the conflict policy')
  })

  it('ends with 1 where that was asked for, and tells in JSON every difference', async () => {
    const { code, stdout } = await world.cli('verify', '--exit-on-changes', '--json')
    expect(code).toBe(1)
    await expect(golden(stdout, world.directory)).toMatchFileSnapshot(goldenFile('verify'))
  })

  it('masks values of sensitive fields', async () => {
    const restore = markCity()
    const said = await world.cli('verify')
    restore()
    expect(said.stdout).toMatch(/city: "•••" → "•••"/)
    expect(said.stdout).not.toContain('Oslo')
  })

  it('changes nothing unless asked, and then settles by the policy of each field', async () => {
    const counts = { outcomes: { delivered: 0 } }
    expect((await world.cli('run', 'customers', '--json')).json).toMatchObject({ syncs: [counts] })
    const said = await world.cli('verify', '--settle')
    expect(said.stdout).toContain('settled: the next run writes 2 records again, 0 keep')
    const run = await world.cli('run', 'customers', '--json')
    expect(run.json).toMatchObject({ syncs: [{ outcomes: { delivered: 2 } }] })
  })

  it('ends with 3 where the CRM is not there, and with 2 for a sync that there is not', async () => {
    const restore = rewrite('syncline.yaml', (text) =>
      text.replace(world.hubspot.url, 'http://127.0.0.1:9'),
    )
    const said = await world.cli('verify')
    restore()
    expect([said.code, said.stderr]).toEqual([3, expect.stringContaining('app.local_crm')])
    expect((await world.cli('verify', 'custmers')).code).toBe(2)
  })
})

describe('retry', () => {
  it('tries one key again with --key, and tells it in JSON', async () => {
    const { code, stdout } = await world.cli('retry', 'customers', '--key', '7', '--json')
    expect(code).toBe(1)
    await expect(golden(stdout, world.directory)).toMatchFileSnapshot(goldenFile('retry'))
  })

  it('tries every row again that is held back, and tells those that are still wrong', async () => {
    expect((await world.cli('run', 'customers')).code).toBe(0)
    const said = await world.cli('retry', 'customers')
    expect([said.code, said.stdout]).toEqual([1, expect.stringContaining('2 rejected')])
  })

  it('looks again at a field that was withheld', async () => {
    edit(3, { jobtitle: 'Typed' })
    await world.sql(`update customers set job_title = 'Ours' where customer_id = 3`)
    await world.cli('run', 'customers')
    edit(3, { jobtitle: '' })
    const said = await world.cli('retry', 'customers', '--key', '3')
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining('1 delivered')])
  })

  it('ends with 5 for a paused sync', async () => {
    await world.cli('pause', 'customers')
    expect((await world.cli('retry', 'customers')).code).toBe(5)
  })
})

describe('a command that is not told what it is about', () => {
  it.each([
    [['apply'], 'apply takes the id of a plan.'],
    [['retry'], 'retry takes the name of a sync.'],
    [
      ['explain'],
      'explain takes the name of a sync, and a key of its model or the id of a record.',
    ],
    [
      ['explain', 'customers'],
      'explain takes the name of a sync, and a key of its model or the id of a record.',
    ],
    [['verify', '--show', '0'], '--show takes a number of at least 1, not 0.'],
    [['adopt', '--show', 'x'], '--show takes a number of at least 1, not x.'],
  ])('%j is refused', async (argv, message) => {
    const { code, stderr } = await world.cli(...argv)
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error cli.usage: ${message}`])
  })
})
