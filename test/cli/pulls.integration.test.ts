import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import { text } from '../pull/scripted-crm.ts'
import { golden } from './golden.ts'
import { rewrite } from './project-files.ts'
import { createPullWorld, money, type PullWorld } from './pull-world.ts'

let world: PullWorld

beforeAll(async () => {
  world = await createPullWorld()
  await world.cli('run', 'customers', '--first')
})
afterAll(() => world.close())
beforeEach(() => {
  world.asked.length = 0
})

const goldenFile = (name: string): string =>
  join(import.meta.dirname, '__golden__', `${name}.json.txt`)

// In this order: each test finds what those before it left.
describe('run of a pull', () => {
  it('tells what was read and what was new, by object', async () => {
    const said = await world.cli('run', 'crm')
    expect([said.code, said.stderr]).toEqual([
      0,
      `crm: reading deals, 3 records …
crm: deals is loaded, 3 changes
crm: reading persons, 3 records …
crm: persons is loaded, 3 changes
`,
    ])
    const lines = said.stdout.split('\n')
    expect(lines[0]).toMatch(/^crm ← pipes deals, persons \(run \S+, succeeded, \d+\.\d s\)$/)
    const columns = [
      '      new column title: field title, VARCHAR',
      '      new column value: field value, DECIMAL(38,9)',
      '      new column stage: field stage, BIGINT',
    ]
    expect(lines.slice(1)).toEqual([
      '  deals    3 read  3 added  3 created',
      ...columns,
      '  persons  3 read  3 added  3 created',
      ...columns,
      '',
    ])
  })

  it('tells what changed, by field, the most changed one first', async () => {
    world.edit(world.deals, '1', { title: text('renamed'), value: money('20') })
    world.edit(world.deals, '2', { value: money('30.5') })
    world.deals.put('4', world.tick(), { title: text('deal 4') })
    world.tick()
    const { stdout } = await world.cli('run', 'crm')
    expect(stdout.split('\n').slice(1)).toEqual([
      '  deals    4 read  3 added  1 created, 2 changed',
      '      2 value',
      '      1 title',
      '  persons  3 read  0 added  nothing differed',
      '',
    ])
  })

  it('has a JSON of its own', async () => {
    world.persons.fields = [
      ...world.persons.fields,
      { name: 'phone', label: 'Phone', kind: 'text' },
    ]
    world.edit(world.persons, '1', { phone: text('020 1') })
    const said = await world.cli('run', 'crm', '--json')
    await expect(golden(said.stdout, world.directory)).toMatchFileSnapshot(goldenFile('run-pull'))
  })

  it('shows how far behind each object is, when status is asked for it', async () => {
    const said = await world.cli('status', 'crm', '--lag')
    const lines = said.stdout.split('\n').filter((line) => /wait|object|deals +never/.test(line))
    expect(lines).toEqual([
      '  no event waits to be loaded',
      expect.stringMatching(
        /^ {2}object +last event +loaded +changes read to +read whole +again +in doubt$/,
      ),
      expect.stringMatching(/^ {2}deals +never +never +\d+ d ago +\d+ d ago +next run +0$/),
    ])
    const { json } = await world.cli('status', 'crm', '--lag', '--json')
    expect(json).toMatchObject({
      syncs: [
        {
          sync: 'crm',
          lag: {
            waiting: { entries: 0, oldest: null, seconds: 0 },
            objects: [
              { object: 'deals', last_event: null, in_doubt: 0 },
              { object: 'persons', last_event: null, in_doubt: 0 },
            ],
          },
        },
      ],
    })
    expect((await world.cli('status', 'crm', '--json')).json).toMatchObject({
      syncs: [{ lag: null }],
    })
  })

  it('leaves runs that status and runs show', async () => {
    const [status, runs] = [await world.cli('status', 'crm'), await world.cli('runs', 'crm')]
    expect(status.stdout).toMatch(
      /^crm ← pipes deals, persons \(account 77\)\n {2}last run \S+: succeeded, ended /,
    )
    expect(status.stdout).toContain('  outcome: 7 records read, 1 change added\n')
    expect(runs.stdout).toMatch(/crm +run +succeeded .*7 records read, 1 change added$/m)
    const json = await world.cli('status', 'crm', '--json')
    expect(json.json).toMatchObject({
      syncs: [
        {
          type: 'pull',
          connection: 'pipes',
          objects: ['deals', 'persons'],
          last_run: { kind: 'run', rows: null, objects: [{ object: 'deals', read: 4 }, {}] },
        },
      ],
    })
  })

  it.each([
    [['--object', 'persons'], ['persons']],
    [
      ['--object', 'persons,deals'],
      ['persons', 'deals'],
    ],
    [
      ['--object', 'persons', '--object', 'deals'],
      ['persons', 'deals'],
    ],
  ])('with %j reads those', async (argv, objects) => {
    const { code } = await world.cli('run', 'crm', ...argv)
    expect([code, [...new Set(world.asked)]]).toEqual([0, objects])
  })

  it.each([
    ['person', 'app.not_pulled: Sync crm does not pull person; did you mean persons?'],
    ['deals,', 'cli.usage: --object takes a name, not an empty text.'],
  ])('with --object %s is refused', async (object, message) => {
    const said = await world.cli('run', 'crm', '--object', object)
    expect([said.code, said.stderr.split('\n')[0]]).toEqual([2, `error ${message}`])
    expect(world.asked).toEqual([])
  })

  it('ends with 4 where a guard withheld something, and tells what', async () => {
    const gone = ['2', '3'].flatMap((key) => world.deals.records.get(key) ?? [])
    for (const { key } of gone) world.deals.records.delete(key)
    world.tick()
    const said = await world.cli('run', 'crm', '--object', 'deals')
    const later = await world.cli('run', 'crm', '--object', 'deals', '--show', '1')
    const looked = await world.cli('reconcile', 'crm', '--dry-run', '--show', '1', '--json')
    for (const record of gone) world.deals.records.set(record.key, record)
    const message = 'Sync crm: 2 of deals were absent from the read, more than guards.max_deletes'
    expect(said.code).toBe(4)
    expect(said.stdout).toContain(
      '2 missing and not deleted (guard max_deletes)\n      not deleted: 2, 3\n',
    )
    const all = '`syncline reconcile crm --object deals --dry-run --show 2`'
    expect(later.stdout).toContain(`(guard max_deletes)\n      not deleted: 2\n      all: ${all}\n`)
    expect(looked.json).toMatchObject({
      syncs: [{ objects: [{ drift: { withheld: 2 }, withheld_ids: ['2'] }, { withheld_ids: [] }] }],
    })
    const kept = await world.cli('runs', 'crm', '--json')
    expect(kept.stdout).not.toMatch(/withheld_?(?:keys|ids)/i)
    expect(said.stderr).toContain(`error pull.guard: ${message} allows to be deleted.`)
    expect(said.stderr).toContain('run once with --force, or raise guards.max_deletes')
    expect((await world.cli('runs', '--failed')).stdout).toContain(`pull.guard: ${message}`)
  })

  it.each([
    ['--first', '--first'],
    ['--limit=3', '--limit'],
    ['--key=7', '--key'],
    ['--give-up-jobs', '--give-up-jobs'],
  ])('refuses %s, which is for pushes, before anything runs', async (given, option) => {
    const said = await world.cli('run', '--all', given)
    expect([said.code, said.stdout, said.stderr.split('\n')[0]]).toEqual([
      2,
      '',
      `error cli.usage: ${option} is for pushes only, and the sync crm is a pull.`,
    ])
    expect(world.asked).toEqual([])
  })

  it('goes with pushes, in the order of `after`', async () => {
    const said = await world.cli('run', '--all')
    expect(said.code).toBe(0)
    expect(said.stdout).toMatch(/^crm ← pipes .*^customers → hubspot contacts \(run /ms)
    const named = await world.cli('run', 'customers', 'crm', '--json')
    expect(named.json).toMatchObject({ syncs: [{ sync: 'crm' }, { sync: 'customers' }] })
    const other = await world.cli('run', 'customers', '--object', 'deals')
    expect(other.stderr).toContain(
      'error cli.usage: --object is for pulls only, and the sync customers is a push.',
    )
  })

  it('does not begin while it is paused', async () => {
    await world.cli('pause', 'crm')
    const said = await world.cli('run', 'crm')
    const looked = await world.cli('reconcile', 'crm', '--dry-run')
    expect((await world.cli('status', 'crm')).stdout).toContain(', paused')
    await world.cli('resume', 'crm')
    expect([said.code, said.stderr.split('\n')[0], looked.code]).toEqual([
      5,
      'error app.paused: Sync crm is paused.',
      0,
    ])
  })

  it('writes to no warehouse that this environment may not write to', async () => {
    const undo = rewrite(world.directory, 'syncline.yaml', [
      'type: duckdb',
      'type: duckdb\n    production: true',
    ])
    const [said, looked] = [
      await world.cli('run', 'crm'),
      await world.cli('reconcile', 'crm', '--dry-run'),
    ]
    const checked = await world.cli('check', 'crm')
    undo()
    expect([said.code, looked.code]).toEqual([4, 0])
    expect(said.stderr).toContain('error app.not_writable: Sync crm: The connection warehouse')
    expect(checked.stdout).toMatch(/sync crm: not run here: The connection warehouse is marked/)
  })

  it('names the connection whose CRM refuses, ends with 3, and pulls the other objects', async () => {
    const undo = rewrite(world.directory, 'syncline.yaml', ['a-token-of-pipes', 'of-deals-alone'])
    const said = await world.cli('run', 'crm')
    undo()
    expect([said.code, said.stderr]).toEqual([
      3,
      expect.stringContaining(
        'error pull.refused: Sync crm, connection pipes: no scope for persons',
      ),
    ])
    expect(said.stdout).toMatch(/^ {2}deals {2}4 read .* nothing differed\n$/m)
  })

  it('ends with 3 where the CRM falls silent, and keeps nothing of a half-read object', async () => {
    world.edit(world.persons, '3', { title: text('half-read') })
    world.persons.beforePage = () => {
      throw new RequestFailure({ kind: 'unavailable', message: 'no answer' })
    }
    const said = await world.cli('run', 'crm', '--object', 'persons', '--json')
    world.persons.beforePage = () => undefined
    expect([said.code, said.json]).toMatchObject([
      3,
      { syncs: [{ state: 'failed', objects: [], error: { code: 'pull.unreachable' } }] },
    ])
    const again = await world.cli('run', 'crm', '--object', 'persons')
    expect(again.stdout).toContain('1 added  1 changed\n')
  })

  it('shows no secret of its connection', async () => {
    const all = [await world.cli('check'), await world.cli('run', 'crm', '--json')]
    expect(all.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(
      'a-token-of-pipes',
    )
  })
})

describe('reconcile', () => {
  it('reports drift, and ends with 1 only where that was asked for', async () => {
    world.deals.records.delete('4')
    world.tick()
    const plain = await world.cli('reconcile', 'crm')
    expect([plain.code, plain.stdout]).toEqual([
      0,
      expect.stringMatching(/^crm ← pipes deals, persons \(reconcile /),
    ])
    expect(plain.stdout).toMatch(/^ {2}deals {4}3 read {2}1 added {2}1 deleted$/m)
    for (const key of ['2', '3']) world.deals.records.delete(key)
    world.tick()
    const asked = await world.cli('reconcile', '--all', '--exit-on-changes', '--force')
    expect([asked.code, asked.stdout]).toEqual([1, expect.stringContaining('  2 deleted\n')])
    const none = await world.cli('reconcile', 'crm', '--exit-on-changes')
    expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('nothing differed')])
  })

  it('shows what differs without writing, in text and JSON', async () => {
    for (const key of ['1', '2', '3']) {
      world.edit(world.persons, key, { title: text(`someone ${key}`) })
    }
    const argv = ['reconcile', 'crm', '--dry-run', '--object', 'persons', '--exit-on-changes']
    const [plain, json] = [await world.cli(...argv), await world.cli(...argv, '--json')]
    expect([plain.code, json.code]).toEqual([1, 1])
    expect(plain.stdout).toContain('  persons  3 read  3 changed\n      3 title\n')
    expect(plain.stdout).toContain('  nothing was written: this was a dry run\n')
    await expect(golden(json.stdout, world.directory)).toMatchFileSnapshot(goldenFile('reconcile'))
    const written = await world.cli('run', 'crm', '--object', 'persons')
    expect(written.stdout).toContain('3 added  3 changed')
  })

  it('refuses a push by name, and leaves pushes out of --all', async () => {
    const said = await world.cli('reconcile', 'customers')
    expect([said.code, said.stderr]).toEqual([
      2,
      expect.stringContaining(
        'error app.other_direction: Sync customers is a push; this command is for pulls only.',
      ),
    ])
    expect(said.stderr).toContain('`syncline verify`')
    const all = await world.cli('reconcile', '--all', '--json')
    expect(all.json).toMatchObject({ syncs: [{ sync: 'crm' }] })
  })
})

describe('a command for pushes', () => {
  it.each([
    ['plan', 'crm'],
    ['plan', '--tag', 'nightly'],
    ['adopt', 'crm'],
    ['retry', 'crm'],
    ['verify', 'crm'],
    ['erase', '--key', '7', '--sync', 'crm'],
  ])('%s %s refuses a pull by name, and says what there is for it', async (...argv) => {
    const said = await world.cli(...argv)
    expect([said.code, said.stdout.split('\n')[0]]).toEqual([2, expect.not.stringContaining('crm')])
    expect(said.stderr).toContain(
      'error app.other_direction: Sync crm is a pull; this command is for pushes only.',
    )
    expect(said.stderr).toContain('`syncline reconcile`')
  })

  it('refuses to apply a run of a pull', async () => {
    const { stdout } = await world.cli('run', 'crm', '--json')
    const run = /"run":"([^"]+)"/.exec(stdout)?.[1] ?? ''
    const said = await world.cli('apply', run)
    expect([said.code, said.stderr]).toEqual([2, expect.stringContaining('app.other_direction')])
  })

  it('means the pushes by --all', async () => {
    const said = await world.cli('plan', '--all', '--json')
    expect([said.code, said.json]).toMatchObject([0, { syncs: [{ sync: 'customers' }] }])
  })
})

describe('check', () => {
  it('looks at account, objects and schema of a pull', async () => {
    const said = await world.cli('check', 'crm')
    expect(said.code).toBe(0)
    expect(said.stdout).toMatch(/connection pipes: reaches Pipes Ltd \(id 77\)/)
    expect(said.stdout).toMatch(/sync crm: deals can be read, 3 fields/)
    expect(said.stdout).toMatch(/sync crm: persons can be read, 4 fields/)
    expect(said.stdout).toMatch(/sync crm: can keep its tables in the schema crm_sync/)
    expect(said.stdout).not.toContain('hubspot')
  })

  it('tells the object that may not be read, and goes on', async () => {
    const undo = rewrite(world.directory, 'syncline.yaml', ['a-token-of-pipes', 'of-deals-alone'])
    const said = await world.cli('check', 'crm')
    undo()
    expect(said.code).toBe(3)
    expect(said.stdout).toMatch(/sync crm: deals can be read/)
    expect(said.stdout).toContain('Connection pipes: no scope for persons')
  })
})

describe('a field that a pull names and no object has', () => {
  const naming = (fields: string): (() => void) =>
    rewrite(world.directory, 'syncs/crm.yaml', ['tags:', `fields: { ${fields} }\ntags:`])

  it('is found by check', async () => {
    const undo = naming('exclude: [deals.titel, "*.stage"], include: ["persons.s*e"]')
    const said = await world.cli('check', 'crm')
    undo()
    expect(said.code).toBe(2)
    expect(said.stdout.match(/WRONG/g)).toHaveLength(1)
    expect(said.stdout).toContain(
      'app.unknown_field: Sync crm: no field fits `deals.titel` under `fields.exclude`; did you mean title?',
    )
  })

  it('keeps its object from being read where it was to be left out, and the others are pulled', async () => {
    const undo = naming('exclude: [deals.titel]')
    const said = await world.cli('run', 'crm')
    undo()
    expect([said.code, said.stderr]).toEqual([
      2,
      expect.stringContaining(
        'error pull.unknown_field: Sync crm: no field fits `deals.titel` under `fields.exclude`; did you mean title?\n' +
          '  at syncs/crm.yaml (fields.exclude)\n  Correct the name; `syncline discover`',
      ),
    ])
    expect(new Set(world.asked)).toEqual(new Set(['persons']))
  })

  it('keeps every object from being read that a pattern may have meant', async () => {
    const secret = 'hash_secret: a-key-of-many-letters-indeed'
    const undo = naming(`hash: ["*.fax"], ${secret}`)
    const said = await world.cli('run', 'crm', '--object', 'deals')
    undo()
    expect([said.code, said.stderr]).toEqual([2, expect.stringContaining('no field fits `*.fax`')])
    expect(world.asked).toEqual([])
  })

  it('is told by a run that goes on, where it was to be taken', async () => {
    const undo = naming('only: ["*.*", deals.titel], include: ["*.fax", persons.stage]')
    const [whole, deals, json] = [
      await world.cli('run', 'crm'),
      await world.cli('run', 'crm', '--object', 'deals'),
      await world.cli('run', 'crm', '--json'),
    ]
    undo()
    const titel =
      '  notice pull.unused_pattern: Sync crm: no field fits `deals.titel` under `fields.only`; did you mean title?\n' +
      '    at syncs/crm.yaml (fields.only)\n'
    const fax =
      '  notice pull.unused_pattern: Sync crm: no field fits `*.fax` under `fields.include`.\n'
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringContaining(titel)])
    expect(whole.stdout).toContain(fax)
    expect(whole.stdout.match(/notice/g)).toHaveLength(2)
    // What another object may have is not judged.
    expect(deals.stdout.match(/notice/g)).toHaveLength(1)
    expect(json.json).toMatchObject({
      syncs: [{ notices: [{ code: 'pull.unused_pattern' }, { code: 'pull.unused_pattern' }] }],
    })
  })

  it('is fine where another object of the pull has it, whichever is read', async () => {
    const undo = naming('exclude: ["*.phone"]')
    const said = await world.cli('run', 'crm', '--object', 'deals')
    undo()
    expect([said.code, said.stderr]).toEqual([0, expect.not.stringContaining('error')])
  })
})

describe('discover and limits', () => {
  it('list the objects of a CRM that is pulled from', async () => {
    const [plain, json] = [
      await world.cli('discover', 'pipes'),
      await world.cli('discover', 'pipes', '--json'),
    ]
    expect(plain.stdout).toBe('deals    Deals\npersons  People\n')
    expect(json.json).toMatchObject({
      connection: 'pipes',
      objects: [{ name: 'deals', singular: 'deal', label: 'Deals' }, {}],
    })
  })

  it('list the fields of one with their kinds', async () => {
    const [plain, json] = [
      await world.cli('discover', 'pipes', 'deals'),
      await world.cli('discover', 'pipes', 'deals', '--json'),
    ]
    expect(plain.stdout.split('\n')).toEqual([
      'field  kind     label  options',
      'title  text     Title',
      'value  decimal  Value',
      'stage  integer  Stage  1',
      '',
    ])
    await expect(golden(json.stdout, world.directory)).toMatchFileSnapshot(
      goldenFile('discover-readable'),
    )
    const wrong = await world.cli('discover', 'pipes', 'deal')
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('there is no object deal to pull. Did you mean deals?'),
    ])
  })

  it('show what the CRM allows', async () => {
    const said = await world.cli('limits', 'pipes')
    expect(said.stdout).toContain('pipes: Pipes Ltd\n')
    expect(said.stdout).toContain('20 per 2 s')
  })
})

describe('cancel', () => {
  it('ends a pull that a dead process left', async () => {
    const ledger = await openSqliteLedger(join(world.directory, '.syncline/dev/state.db'))
    const lease = await ledger.acquireLease('crm', 'gone', 1, 0)
    await ledger.createRun(lease, { id: 'left', kind: 'run', state: 'pulling', startedAt: 1 })
    await ledger.close()
    expect((await world.cli('status', 'crm')).stdout).toContain('  run left: pulling since ')
    const said = await world.cli('cancel', 'left')
    expect([said.code, said.stdout]).toEqual([0, 'left is cancelled\n'])
  })
})

describe('a push', () => {
  it('drops what a pull of its name left when it died', async () => {
    const ledger = await openSqliteLedger(join(world.directory, '.syncline/dev/state.db'))
    const lease = await ledger.acquireLease('customers', 'gone', 1, 0)
    await ledger.createRun(lease, { id: 'pulled', kind: 'run', state: 'pulling', startedAt: 1 })
    await ledger.close()
    expect((await world.cli('run', 'customers')).code).toBe(0)
    expect((await world.cli('runs', 'customers')).stdout).toMatch(
      /^pulled +customers +run +dropped/m,
    )
  })
})

describe('validate', () => {
  it('takes pulls, and tells what is wrong with one', async () => {
    const good = await world.cli('validate')
    writeFileSync(
      join(world.directory, 'syncs/wrong.yaml'),
      'type: pull\nfrom: { connection: pipes }\n',
    )
    const wrong = await world.cli('validate')
    writeFileSync(join(world.directory, 'syncs/wrong.yaml'), '')
    expect([good.code, wrong.code]).toEqual([0, 2])
    expect(good.stdout).toContain('2 good, 0 with errors\n  crm\n  customers\n')
    expect(wrong.stdout).toContain('`to` is missing.')
  })
})

it('is stopped by dropped tables until somebody says to begin anew, and tells what it did', async () => {
  await world.sql('drop schema crm_sync cascade')
  const stopped = await world.cli('run', 'crm')
  expect([stopped.code, stopped.stderr]).toEqual([
    4,
    expect.stringContaining(
      'error pull.dropped_tables: Sync crm keeps deals in crm_sync.deals_changes, ',
    ),
  ])
  const lag = await world.cli('status', 'crm', '--lag')
  expect(lag.stderr).toContain('error pull.dropped_tables: ')
  const anew = await world.cli('run', 'crm', '--force')
  expect([anew.code, anew.stdout]).toEqual([
    0,
    expect.stringContaining('      everything was read: tables or columns had been dropped\n'),
  ])
})
