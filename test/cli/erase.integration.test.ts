import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { golden } from './golden.ts'

const planted = 'planted.person@example.com'

let world: CliWorld

beforeAll(async () => {
  world = await createCliWorld()
  await world.sql(`update customers set email = '${planted}' where customer_id = 3`)
  await world.cli('run', 'customers', '--first')
})
afterAll(() => world.close())

/** The files of the state, which nobody has open between two commands. */
function stateHolds(text: string): boolean {
  const folder = join(world.directory, '.syncline', 'dev')
  return readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(text))
}

// In this order: what one command leaves the next one finds.
describe('erase', () => {
  it('takes a person out of what a record’s life is told from, and says what it left alone', async () => {
    expect((await world.cli('explain', 'customers', '3')).stdout).toContain(planted)
    await world.cli('plan', 'customers', '--key', planted)
    const dry = await world.cli('erase', planted, '--dry-run')
    expect([dry.code, dry.stdout]).toEqual([
      0,
      'customers: would erase 1 in the baseline, 0 held back, 1 operations, 0 messages\n' +
        'nothing was removed: this was a dry run\n',
    ])
    expect(stateHolds(planted)).toBe(true)
    const said = await world.cli('erase', planted)
    expect([said.code, said.stdout]).toEqual([
      0,
      'customers: erased 1 in the baseline, 0 held back, 1 operations, 0 messages\n' +
        'The CRM and your own tables were not touched: while a model still gives the row,\n' +
        'the next run takes it for a new one.\n',
    ])
    const life = await world.cli('explain', 'customers', '3')
    expect([life.code, life.stdout + life.stderr]).toEqual([
      2,
      expect.not.stringContaining(planted),
    ])
    expect(stateHolds(planted)).toBe(false)
  })

  it('finds nothing the second time, which is fine', async () => {
    const said = await world.cli('erase', planted)
    expect([said.code, said.stdout.split('\n')[0]]).toEqual([0, 'customers: nothing was kept'])
  })

  it('takes a key of one sync, and tells it in JSON', async () => {
    const { code, stdout } = await world.cli('erase', '--key', '4', '--sync=customers', '--json')
    expect(code).toBe(0)
    await expect(golden(stdout, world.directory)).toMatchFileSnapshot(
      join(import.meta.dirname, '__golden__', 'erase.json.txt'),
    )
  })

  it('leaves the others to the next run as they were', async () => {
    const run = await world.cli('run', 'customers', '--json')
    expect(run.json).toMatchObject({ syncs: [{ outcomes: { unchanged: 100, delivered: 0 } }] })
  })

  it.each([
    [[], 'erase takes either a value, or --key, or --object and --id.'],
    [['a@x.com', '--key', '3'], 'erase takes either a value, or --key, or --object and --id.'],
    [['a@x.com', '--id', '3'], 'erase takes either a value, or --key, or --object and --id.'],
    [['--id', '3'], 'erase takes --object and --id together.'],
    [['--object', 'deals'], 'erase takes --object and --id together.'],
    [[' '], 'The value is empty.'],
    [['--key', '3'], 'erase --key also takes the --sync it is of.'],
    ...['4711', ' 42 ', '8a1f0c9e-1b2d-4c3e-9f00-a1b2c3d4e5f6'].map((id): [string[], string] => [
      [id],
      `${id.trim()} looks like the id of a record, and was given as a value that records hold.`,
    ]),
  ])('ends with 2 for %j', async (argv, message) => {
    const { code, stderr } = await world.cli('erase', ...argv)
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error cli.usage: ${message}`])
  })

  it('takes digits for a value where that is said', async () => {
    const said = await world.cli('erase', '4915112345678', '--as-value', '--dry-run')
    expect([said.code, said.stdout.split('\n')[0]]).toEqual([0, 'customers: nothing was kept'])
  })

  it('ends with 2 for a sync that there is not', async () => {
    const { code, stderr } = await world.cli('erase', planted, '--sync', 'custmers')
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean customers?')])
  })

  it.each([
    ['has no file any more', (file: string) => renameSync(file, `${file}.away`), 'it has no file'],
    ['has errors', (file: string) => writeFileSync(file, 'mode: wrong\n'), 'its file has errors'],
  ] as const)('does not pass over a sync that %s', async (_, spoil, why) => {
    const file = join(world.directory, 'syncs', 'customers.yaml')
    const kept = readFileSync(file)
    spoil(file)
    const said = await world.cli('erase', planted)
    expect(said.code).toBe(2)
    expect(said.stderr).toContain(`What was kept of sync customers was not searched, as ${why}`)
    writeFileSync(file, kept)
  })
})
