import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { rewrite } from './project-files.ts'

let world: CliWorld

beforeAll(async () => {
  world = await createCliWorld()
  await world.sql(
    `update customers set email = 'none ' || customer_id where customer_id between 11 and 17`,
  )
})
afterAll(() => world.close())

const rowLines = (stdout: string): readonly string[] => stdout.match(/^ {2}! .*$/gm) ?? []

/** In this order: each test finds what those before it left. */
describe('rows that are not delivered', () => {
  it('are shown by a run with key, reason and message, and where all of them are', async () => {
    const { code, stdout } = await world.cli('run', 'customers', '--first')
    expect([code, rowLines(stdout).length]).toEqual([1, 5])
    expect(stdout).toContain(
      '  ! rejected 11: INVALID_EMAIL: Email address none 11 is invalid\n  ! rejected 12: ',
    )
    const [run = 'none'] = /\d{8}t\d{6}_[0-9a-z]{6}/.exec(stdout) ?? []
    expect(stdout).toContain(`  all of them: syncline_dev.failures where run_id = '${run}'`)
    expect(stdout).toContain('  one of them: `syncline explain customers 11`')
  })

  it('are as many as --show says, those that earlier runs hold back included', async () => {
    const { code, stdout } = await world.cli('run', 'customers', '--show', '2')
    expect([code, rowLines(stdout)]).toEqual([
      0,
      [
        '  ! rejected 11: INVALID_EMAIL: Email address none 11 is invalid (held since an earlier run)',
        '  ! rejected 12: INVALID_EMAIL: Email address none 12 is invalid (held since an earlier run)',
      ],
    ])
    expect(stdout).toContain('  all that are held: syncline_dev.customers__held\n')
    expect(stdout).toContain(
      'of the rejected, 7 rows were held by earlier runs and unchanged since',
    )
  })

  it('beyond the limit of a run are shown by that run already, after those that it tried', async () => {
    await world.sql(`update customers set city = 'Graz' where customer_id between 41 and 43`)
    const { code, stdout } = await world.cli('run', 'customers', '--limit', '1', '--show', '3')
    expect([code, rowLines(stdout)]).toEqual([
      0,
      [
        expect.stringMatching(/^ {2}! deferred 4[123]: run\.limit$/),
        expect.stringMatching(/^ {2}! deferred 4[123]: run\.limit$/),
        '  ! rejected 11: INVALID_EMAIL: Email address none 11 is invalid (held since an earlier run)',
      ],
    ])
    expect(stdout).not.toContain('all of them')
    expect(stdout).toContain('  all that are held: syncline_dev.customers__held\n')
    await world.cli('run', 'customers')
  })

  it('are shown by a plan, too, with the fresh ones first', async () => {
    await world.sql(
      `insert into customers (customer_id, email) values (30000, 'a@example.com'), (30000, 'b@example.com')`,
    )
    const { stdout } = await world.cli('plan', 'customers', '--show', '3')
    await world.sql(`delete from customers where customer_id = 30000`)
    expect(rowLines(stdout)[0]).toMatch(/^ {2}! rejected 30000: key\.duplicate/)
    expect(rowLines(stdout)[1]).toMatch(/^ {2}! rejected 11: .*\(held since an earlier run\)$/)
    expect(stdout).toMatch(/all of them: syncline_dev\.run_\S+_plan where status is not null$/m)
  })

  it('tell nothing of sensitive fields', async () => {
    const undo = rewrite(world.directory, 'syncs/customers.yaml', [
      '  city: city\n',
      '  closedate: { column: city, sensitive: true }\n',
    ])
    const { stdout } = await world.cli('plan', 'customers')
    undo()
    expect(rowLines(stdout)[0]).toContain('! rejected 1: value.not_a_datetime: closedate: "•••"')
    expect(stdout).not.toContain('Kraków')
  })

  it('refuses a number that is none before anything is sent', async () => {
    const writes = world.hubspot.simulator.log().length
    const said = await world.cli('run', 'customers', '--show', 'all')
    expect([said.code, said.stderr]).toEqual([2, expect.stringContaining('--show takes a number')])
    expect(world.hubspot.simulator.log()).toHaveLength(writes)
  })
})

describe('a plan', () => {
  it('shows the fields that it leaves alone beside those that it changes', async () => {
    await world.sql(
      `update customers set city = 'Ghent', job_title = 'Sailor' where customer_id = 3`,
    )
    const { stdout } = await world.cli('plan', 'customers')
    const [, lines = ''] = /~ update 3 .*\n((?: {6}.*\n)*)/.exec(stdout) ?? []
    expect(lines).toContain('      city: ')
    expect(lines).toContain('      jobtitle: left alone, the CRM holds a value (write: if_empty)\n')
  })

  it('calls the end of a record by the word of removed_rows', async () => {
    const undo = rewrite(world.directory, 'syncs/customers.yaml', [
      'mode: upsert',
      'mode: upsert\nremoved_rows: archive\nguards: { max_deletes: 5 }',
    ])
    await world.sql('delete from customers where customer_id = 4')
    const plan = await world.cli('plan', 'customers')
    const run = await world.cli('run', 'customers')
    const life = await world.cli('explain', 'customers', '4')
    undo()
    expect(plan.stdout).toMatch(/^ {2}- archive 4 \(record \d+\)$/m)
    expect(plan.stdout).toContain(', 1 to archive, ')
    expect(run.stdout).toContain(', 1 to archive, ')
    expect(life.stdout).toContain(': archive delivered\n')
    expect(plan.stdout + run.stdout + life.stdout).not.toMatch(/\bdelete\b/)
  })
})

describe('what a guard stops', () => {
  let undo = (): void => undefined
  beforeAll(async () => {
    undo = rewrite(world.directory, 'syncs/customers.yaml', [
      'mode: upsert',
      'mode: upsert\nremoved_rows: delete\nguards: { max_deletes: 1, max_changes: 1 }',
    ])
    await world.sql('delete from customers where customer_id between 21 and 27')
    await world.sql(`update customers set city = 'Turin' where customer_id in (31, 32)`)
  })
  afterAll(() => undo())

  it('is shown by a run: the first operations of each guard, and how to see them all', async () => {
    const { code, stdout } = await world.cli('run', 'customers')
    const lines = stdout.split('\n')
    const from = lines.indexOf('  guard max_changes stopped it: 2 planned, 1 allowed')
    expect([code, lines.slice(from)]).toEqual([
      4,
      [
        '  guard max_changes stopped it: 2 planned, 1 allowed',
        expect.stringMatching(/^ {2}~ update 31 \(record \d+\)$/),
        expect.stringMatching(/^ {6}city: .* → "Turin"$/),
        expect.stringMatching(/^ {2}~ update 32 \(record \d+\)$/),
        expect.stringMatching(/^ {6}city: .* → "Turin"$/),
        '  guard max_deletes stopped it: 7 planned, 1 allowed',
        ...[21, 22, 23, 24, 25].map(
          (key) => expect.stringMatching(`^  - delete ${key} \\(record \\d+\\)$`) as string,
        ),
        '  all of the plan: `syncline plan customers --show 9`',
        '  apply exactly this plan:',
        expect.stringMatching(/^ {4}syncline apply \S+$/),
        '',
      ],
    ])
  })

  it('is shown by a plan that is not shown whole', async () => {
    const [part, whole] = [
      await world.cli('plan', 'customers', '--show', '1'),
      await world.cli('plan', 'customers', '--show', '9'),
    ]
    expect(part.stdout).toMatch(/guard max_deletes would stop it: 7 planned.*\n {2}- delete 21 /)
    expect(part.stdout).toContain('  all of the plan: `syncline plan customers --show 9`\n')
    expect(whole.stdout.match(/- delete \d+/g)).toHaveLength(7)
    expect(whole.stdout).not.toContain('all of the plan')
  })

  it('is in the JSON, and its keys are not in the state', async () => {
    const { json } = await world.cli('run', 'customers', '--json')
    const record: unknown = expect.stringMatching(/^\d+$/)
    expect(json).toMatchObject({
      syncs: [
        {
          breached_guards: [
            {
              guard: 'max_changes',
              samples: [
                { kind: 'update', key: '31', record, changes: { city: { after: 'Turin' } } },
                {},
              ],
            },
            {
              guard: 'max_deletes',
              planned: 7,
              allowed: 1,
              samples: [{ kind: 'delete', key: '21', record, changes: {} }, {}, {}, {}, {}],
            },
          ],
          error: {
            code: 'push.guard',
            remedy: expect.stringContaining('`syncline plan`') as string,
          },
        },
      ],
    })
    const { json: runs } = await world.cli('runs', 'customers', '--json')
    expect(JSON.stringify(runs)).toContain('max_deletes: 7 planned')
    expect(JSON.stringify(runs)).not.toContain('samples')
  })
})
