import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import { SynclineError } from '../../src/model/error.ts'
import { golden } from './golden.ts'
import { rewrite } from './project-files.ts'
import { createPullWorld, type PullWorld } from './pull-world.ts'

let world: PullWorld

beforeAll(async () => {
  world = await createPullWorld()
  await world.cli('run', 'customers', '--first')
})
afterAll(() => world.close())
beforeEach(() => world.finds({}))

const goldenFile = (name: string): string =>
  join(import.meta.dirname, '__golden__', `${name}.json.txt`)

/** The run that a failure left behind: the scripted methods end none. */
async function openRun(): Promise<string> {
  const { stdout } = await world.cli('runs', 'crm', '--limit', '1', '--json')
  return /"run":"([^"]+)"/.exec(stdout)?.[1] ?? 'none'
}

describe('run of a pull', () => {
  it('tells what was read and what was new, by object', async () => {
    world.finds({ created: 1, changed: 1, fields: { title: 1, value: 2 } })
    const said = await world.cli('run', 'crm')
    expect([said.code, said.stderr]).toEqual([
      0,
      `crm: reading deals, 3 records …
crm: deals is loaded, 2 changes
crm: reading persons, 3 records …
crm: persons is loaded, 2 changes
`,
    ])
    const lines = said.stdout.split('\n')
    expect(lines[0]).toMatch(/^crm ← pipes deals, persons \(run \S+, succeeded, \d\.\d s\)$/)
    expect(lines.slice(1)).toEqual([
      '  deals    3 read  2 added  1 created, 1 changed',
      '      2 value',
      '      1 title',
      '      new column value: field value, DECIMAL(38,2)',
      '  persons  3 read  2 added  1 created, 1 changed',
      '      2 value',
      '      1 title',
      '',
    ])
  })

  it('has a JSON of its own', async () => {
    const said = await world.cli('run', 'crm', '--json')
    await expect(golden(said.stdout, world.directory)).toMatchFileSnapshot(goldenFile('run-pull'))
  })

  it('leaves runs that status and runs show', async () => {
    const [status, runs] = [await world.cli('status', 'crm'), await world.cli('runs', 'crm')]
    expect(status.stdout).toMatch(
      /^crm ← pipes deals, persons\n {2}last run \S+: succeeded, ended /,
    )
    expect(status.stdout).toContain('  outcome: 6 records read, 4 changes added\n')
    expect(runs.stdout).toMatch(/crm +run +succeeded .*6 records read, 4 changes added$/m)
    const json = await world.cli('status', 'crm', '--json')
    expect(json.json).toMatchObject({
      syncs: [
        {
          type: 'pull',
          connection: 'pipes',
          objects: ['deals', 'persons'],
          last_run: { kind: 'run', rows: null, objects: [{ object: 'deals', read: 3 }, {}] },
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
    expect((await world.cli('run', 'crm', ...argv)).code).toBe(0)
    expect(world.methods.run.mock.lastCall?.[2]).toMatchObject({ objects, force: false })
  })

  it.each([
    ['person', 'app.not_pulled: Sync crm does not pull person; did you mean persons?'],
    ['deals,', 'cli.usage: --object takes a name, not an empty text.'],
  ])('with --object %s is refused', async (object, message) => {
    const calls = world.methods.run.mock.calls.length
    const said = await world.cli('run', 'crm', '--object', object)
    expect([said.code, said.stderr.split('\n')[0]]).toEqual([2, `error ${message}`])
    expect(world.methods.run.mock.calls).toHaveLength(calls)
  })

  it('ends with 4 where a guard withheld something, and tells what', async () => {
    const definition = { kind: 'guard', summary: '', remedy: 'Look, then --force.' } as const
    const message = '7 deals would be deleted.'
    world.finds({ withheld: 7 }, new SynclineError('pull.guard', definition, { message }))
    const said = await world.cli('run', 'crm', '--object', 'deals')
    expect(said.code).toBe(4)
    expect(said.stdout).toContain('7 missing and not deleted (guard max_deletes)')
    expect(said.stderr).toContain(`error pull.guard: ${message}\n  Look, then --force.`)
    expect((await world.cli('runs', '--failed')).stdout).toContain(`pull.guard: ${message}`)
  })

  it.each([
    ['--first', '--first'],
    ['--limit=3', '--limit'],
    ['--key=7', '--key'],
    ['--give-up-jobs', '--give-up-jobs'],
  ])('refuses %s, which is for pushes, before anything runs', async (given, option) => {
    const calls = world.methods.run.mock.calls.length
    const said = await world.cli('run', '--all', given)
    expect([said.code, said.stdout, said.stderr.split('\n')[0]]).toEqual([
      2,
      '',
      `error cli.usage: ${option} is for pushes only, and the sync crm is a pull.`,
    ])
    expect(world.methods.run.mock.calls).toHaveLength(calls)
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

  it('names the connection whose CRM refuses, and ends with 3', async () => {
    const undo = rewrite(world.directory, 'syncline.yaml', ['a-token-of-pipes', 'of-deals-alone'])
    const said = await world.cli('run', 'crm')
    undo()
    expect([said.code, said.stderr]).toEqual([
      3,
      expect.stringContaining('error app.refused: Connection pipes: no scope for persons'),
    ])
    await world.cli('cancel', await openRun())
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
    world.finds({ deleted: 2 })
    const [plain, asked] = [
      await world.cli('reconcile', 'crm'),
      await world.cli('reconcile', '--all', '--exit-on-changes', '--force'),
    ]
    expect([plain.code, asked.code]).toEqual([0, 1])
    expect(plain.stdout).toMatch(/^crm ← pipes deals, persons \(reconcile /)
    expect(plain.stdout).toContain('  deals    3 read  2 added  2 deleted\n')
    expect(world.methods.reconcile.mock.lastCall?.[2]).toMatchObject({
      kind: 'reconcile',
      dryRun: false,
      force: true,
    })
    world.finds({})
    const none = await world.cli('reconcile', 'crm', '--exit-on-changes')
    expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('nothing differed')])
  })

  it('shows what differs without writing, in text and JSON', async () => {
    world.finds({ changed: 3, fields: { title: 3 } })
    const argv = ['reconcile', 'crm', '--dry-run', '--object', 'deals', '--exit-on-changes']
    const [text, json] = [await world.cli(...argv), await world.cli(...argv, '--json')]
    expect([text.code, json.code]).toEqual([1, 1])
    expect(world.methods.reconcile.mock.lastCall?.[2]).toMatchObject({ dryRun: true })
    expect(text.stdout).toContain('  deals  3 read  3 changed\n      3 title\n')
    expect(text.stdout).toContain('  nothing was written: this was a dry run\n')
    await expect(golden(json.stdout, world.directory)).toMatchFileSnapshot(goldenFile('reconcile'))
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
    ['explain', 'crm', '1'],
    ['state', 'recover', 'crm'],
    ['erase', 'a@x.com', '--sync', 'crm'],
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

  it('that erases a person tells of the tables that it did not search', async () => {
    const said = await world.cli('erase', 'nobody@x.com')
    expect([said.code, said.stderr]).toEqual([
      2,
      expect.stringContaining(
        'error app.pull_not_searched: The tables of the pull crm, in the schema crm_sync of warehouse, were not searched.',
      ),
    ])
  })
})

describe('check', () => {
  it('looks at account, objects and schema of a pull', async () => {
    const said = await world.cli('check', 'crm')
    expect(said.code).toBe(0)
    expect(said.stdout).toMatch(/connection pipes: reaches Pipes Ltd \(id 77\)/)
    expect(said.stdout).toMatch(/sync crm: deals can be read, 3 fields/)
    expect(said.stdout).toMatch(/sync crm: persons can be read, 3 fields/)
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

describe('check of the fields that a pull names', () => {
  it('finds those that no object has', async () => {
    const undo = rewrite(world.directory, 'syncs/crm.yaml', [
      'tags:',
      'fields: { exclude: [deals.titel, "*.stage"], include: ["persons.s*e"] }\ntags:',
    ])
    const said = await world.cli('check', 'crm')
    undo()
    expect(said.code).toBe(2)
    expect(said.stdout.match(/WRONG/g)).toHaveLength(1)
    expect(said.stdout).toContain(
      'app.unknown_field: Sync crm: no field fits `deals.titel` under `fields.exclude`; did you mean title?',
    )
  })
})

describe('discover and limits', () => {
  it('list the objects of a CRM that is pulled from', async () => {
    const [text, json] = [
      await world.cli('discover', 'pipes'),
      await world.cli('discover', 'pipes', '--json'),
    ]
    expect(text.stdout).toBe('deals    Deals\npersons  People\n')
    expect(json.json).toMatchObject({
      connection: 'pipes',
      objects: [{ name: 'deals', singular: 'deal', label: 'Deals' }, {}],
    })
  })

  it('list the fields of one with their kinds', async () => {
    const [text, json] = [
      await world.cli('discover', 'pipes', 'deals'),
      await world.cli('discover', 'pipes', 'deals', '--json'),
    ]
    expect(text.stdout.split('\n')).toEqual([
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
