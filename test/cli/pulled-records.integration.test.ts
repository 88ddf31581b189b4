/** Single records of a pull: a file of their changes, the life of one. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { text } from '../pull/scripted-crm.ts'
import { golden } from './golden.ts'
import { rewrite } from './project-files.ts'
import { createPullWorld, type PullWorld } from './pull-world.ts'

let world: PullWorld

beforeAll(async () => {
  world = await createPullWorld()
  await world.cli('run', 'crm')
})
afterAll(() => world.close())
beforeEach(() => {
  world.asked.length = 0
})

const goldenFile = (name: string): string =>
  join(import.meta.dirname, '__golden__', `${name}.json.txt`)

/** Gives the path as a person would write it who stands anywhere. */
function fileOf(...lines: readonly (object | string)[]): string {
  const path = join(world.directory, 'changes.ndjson')
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  writeFileSync(path, texts.map((line) => `${line}\n`).join(''))
  return path
}

const late = [
  {
    object: 'deals',
    key: 1,
    op: 'create',
    event_at: '2026-03-01T08:00:00Z',
    fields: { title: 'as it was', value: 5 },
  },
  { object: 'deals', key: 9, op: 'create', event_at: '2026-03-01T09:00:00Z', fields: { stage: 1 } },
  { object: 'persons', key: 2, op: 'delete', event_at: '2026-03-09T09:00:00Z' },
]

/** What is the same in every run of the tests. */
const same = (said: string): string =>
  said
    .replaceAll(/loaded \S+Z/g, 'loaded <time>')
    .replaceAll(/run \d{8}t\d{6}_[0-9a-z]{6}/g, 'run <run>')

// In this order: each test finds what those before it left.
describe('replay', () => {
  it('loads a file, asks no CRM, and tells by object what was new', async () => {
    const said = await world.cli('replay', 'crm', '--from', fileOf(...late))
    expect([said.code, world.asked]).toEqual([0, []])
    expect(said.stdout.split('\n')).toEqual([
      expect.stringMatching(/^crm ← pipes deals, persons \(replay \S+, succeeded, \d+\.\d s\)$/),
      '  deals    2 changes  2 new',
      '  persons  1 change   1 new',
      '',
    ])
    expect(said.stderr).toBe('crm: deals is loaded, 2 changes\ncrm: persons is loaded, 1 change\n')
  })

  it('finds nothing new the second time, and tells it in JSON', async () => {
    const said = await world.cli('replay', 'crm', '--from', fileOf(...late), '--json')
    expect(said.code).toBe(0)
    await expect(golden(said.stdout, world.directory)).toMatchFileSnapshot(goldenFile('replay'))
  })

  it('refuses the whole file for one bad line, by its number', async () => {
    const file = fileOf(
      { object: 'deals', key: 77, op: 'create', event_at: '2026-03-01T08:00:00Z' },
      '{"object":"deals"',
    )
    const said = await world.cli('replay', 'crm', '--from', file)
    expect([said.code, said.stdout]).toEqual([2, ''])
    expect(said.stderr).toContain(`error pull.change_file: Line 2 of ${file} is not a JSON object.`)
    expect(said.stderr).toContain('Nothing was loaded.')
    expect((await world.cli('explain', 'crm', '77', '--object', 'deals')).code).toBe(2)
  })

  it.each([
    [['crm'], 'cli.usage: replay takes the file of changes as --from <file>.'],
    [['crm', '--from', 'none.ndjson'], 'app.unreadable_file: The file none.ndjson can not be read'],
    [['customers', '--from', 'none.ndjson'], 'app.other_direction: Sync customers is a push'],
  ])('%j is refused', async (argv, message) => {
    const said = await world.cli('replay', ...argv)
    expect([said.code, said.stdout, said.stderr]).toEqual([
      2,
      '',
      expect.stringContaining(`error ${message}`),
    ])
  })

  it('is kept from a paused sync', async () => {
    await world.cli('pause', 'crm')
    const said = await world.cli('replay', 'crm', '--from', fileOf(...late))
    await world.cli('resume', 'crm')
    expect([said.code, said.stderr]).toEqual([5, expect.stringContaining('app.paused')])
  })
})

describe('explain of a pulled record', () => {
  it('shows its changes as they are sorted, and of each version what it changed', async () => {
    world.edit(world.deals, '1', { title: text('renamed') })
    await world.cli('run', 'crm')
    world.asked.length = 0
    const said = await world.cli('explain', 'crm', '1', '--object', 'deals')
    expect([said.code, world.asked]).toEqual([0, []])
    expect(same(said.stdout).split('\n')).toEqual([
      'crm pipes deals 1',
      '  changes, as they are sorted:',
      '    2026-03-01T08:00:00.000000Z create, by replay, loaded <time>',
      '        title: "as it was"',
      '        value: "5.000000000"',
      '    2026-03-02T01:00:00.999999Z read, by read, loaded <time>',
      '        title: "deal 1"',
      '        value: "10.000000000"',
      '    2026-03-02T13:00:01.999999Z read, by read, loaded <time>',
      '        title: "renamed"',
      '        value: "10.000000000"',
      '  versions:',
      '    2026-03-01T08:00:00.000000Z until 2026-03-02T01:00:00.000000Z',
      '        title: "as it was"',
      '        value: "5.000000000"',
      '    2026-03-02T01:00:00.000000Z until 2026-03-02T13:00:01.000000Z',
      '        title: "deal 1"',
      '        value: "10.000000000"',
      '    2026-03-02T13:00:01.000000Z and holds',
      '        title: "renamed"',
      '',
    ])
  })

  it('tells the same in JSON', async () => {
    const said = await world.cli('explain', 'crm', '1', '--object', 'deals', '--json')
    const stable = golden(said.stdout, world.directory).replaceAll(
      /("loaded_at": )"[^"]*"/g,
      '$1"<time>"',
    )
    await expect(stable).toMatchFileSnapshot(goldenFile('explain-pulled'))
  })

  it.each([
    [['1'], 'app.not_pulled: Sync crm pulls several objects, and none was named.'],
    [['1', '--object', 'deal'], 'app.not_pulled: Sync crm does not pull deal; did you mean deals?'],
    [
      ['77', '--object', 'deals'],
      'app.unknown_key: Sync crm has heard of no record with the id 77.',
    ],
  ])('%j ends with 2', async (argv, message) => {
    const said = await world.cli('explain', 'crm', ...argv)
    expect([said.code, said.stderr]).toEqual([2, expect.stringContaining(`error ${message}`)])
  })

  it('takes --object for pulls only', async () => {
    const said = await world.cli('explain', 'customers', '1', '--object', 'deals')
    expect([said.code, said.stderr]).toEqual([
      2,
      expect.stringContaining('--object is for pulls only, and the sync customers is a push.'),
    ])
  })
})

describe('erase of pulled records', () => {
  const planted = 'planted.person@example.com'
  const remarks = [
    'Not reached: the CRM itself, backups and time travel of the warehouse and the state, and files. A new sync',
    'would load the records again.',
    '',
  ]

  it('finds a value in every object, in every version, and says what it did not reach', async () => {
    world.edit(world.deals, '2', { title: text(planted) })
    world.edit(world.persons, '1', { title: text(planted.toUpperCase()) })
    world.edit(world.persons, '3', { title: text(`ask ${planted}`) })
    await world.cli('run', 'crm')
    world.edit(world.deals, '2', { title: text('renamed since') })
    await world.cli('run', 'crm')
    world.asked.length = 0
    const dry = await world.cli('erase', planted, '--sync', 'crm', '--dry-run')
    const said = await world.cli('erase', planted, '--sync', 'crm')
    expect([said.code, said.stderr, world.asked]).toEqual([0, '', []])
    expect(dry.stdout.split('\n')).toEqual([
      'crm deals: would erase 1 record with 3 changes and 3 versions; none is loaded again',
      'crm persons: would erase 1 record with 2 changes and 2 versions; none is loaded again',
      'crm persons: left records with a text that it appears in: 3',
      expect.stringContaining('  look at one with'),
      'nothing was removed: this was a dry run',
      '',
    ])
    expect(said.stdout.split('\n')).toEqual([
      'crm deals: erased 1 record with 3 changes and 3 versions; none is loaded again',
      'crm persons: erased 1 record with 2 changes and 2 versions; none is loaded again',
      'crm persons: left records with a text that it appears in: 3',
      '  look at one with `syncline explain crm <id> --object persons`, erase it with --object persons --id <id>',
      ...remarks,
    ])
    expect((await world.cli('explain', 'crm', '2', '--object', 'deals')).code).toBe(2)
  })

  it('lets no read and no file bring them back, and tells how many were left out', async () => {
    const run = await world.cli('reconcile', 'crm', '--exit-on-changes')
    expect([run.code, run.stdout.split('\n').slice(1)]).toEqual([
      0,
      [
        '  deals    3 read  0 added  nothing differed, 1 erased and left out',
        '  persons  3 read  0 added  nothing differed, 1 erased and left out',
        '',
      ],
    ])
    const line = { object: 'deals', key: 2, op: 'update', event_at: '2026-03-10T08:00:00Z' }
    const file = fileOf({ ...line, fields: { value: 7 } })
    const replayed = await world.cli('replay', 'crm', '--from', file)
    expect(replayed.stdout).toContain('  deals  1 change  0 new, 1 erased and left out\n')
    const json = await world.cli('run', 'crm', '--json')
    expect(json.json).toMatchObject({ syncs: [{ objects: [{ erased: 1 }, { erased: 1 }] }] })
  })

  it('takes the id of a record, in every pull of its object, and tells it in JSON', async () => {
    const argv = ['erase', '--object', 'persons', '--id', '3', '--json']
    const { code, stdout } = await world.cli(...argv)
    expect(code).toBe(0)
    await expect(golden(stdout, world.directory)).toMatchFileSnapshot(goldenFile('erase-pulled'))
    const again = await world.cli(...argv.slice(0, -1))
    expect(again.stdout.split('\n')).toEqual([
      'crm persons: nothing was kept, and the record will not be loaded',
      ...remarks,
    ])
  })

  it('searches pushes and pulls alike where nothing else is said', async () => {
    const said = await world.cli('erase', 'nobody@x.com')
    expect(said.code).toBe(0)
    expect(said.stdout).toMatch(/^crm: nothing was kept\ncustomers: nothing was kept\nThe CRM /)
    expect(said.stdout).toContain('\nNot reached: ')
  })

  it('is done to a paused sync, too, but not where the environment may not write', async () => {
    await world.cli('pause', 'crm')
    expect((await world.cli('erase', planted, '--sync', 'crm')).code).toBe(0)
    await world.cli('resume', 'crm')
    const undo = rewrite(world.directory, 'syncline.yaml', [
      'type: duckdb',
      'type: duckdb\n    production: true',
    ])
    const said = await world.cli('erase', planted, '--sync', 'crm')
    undo()
    expect([said.code, said.stderr]).toEqual([4, expect.stringContaining('app.not_writable')])
  })

  it.each([
    [
      ['--object', 'person', '--id', '3'],
      'app.not_pulled: No sync of the project pulls person; did',
    ],
    [
      ['--object', 'person', '--id', '3', '--sync', 'crm'],
      'app.not_pulled: Sync crm does not pull person; did you mean persons?',
    ],
    [
      ['--object', 'deals', '--id', '3', '--sync', 'customers'],
      'app.other_direction: Sync customers',
    ],
  ])('%j ends with 2', async (argv, message) => {
    const said = await world.cli('erase', ...argv)
    expect([said.code, said.stderr]).toEqual([2, expect.stringContaining(`error ${message}`)])
  })
})
