import { appendFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statement } from '../../src/core/sql/working-schema.ts'
import { inWarehouse } from '../../src/app/init/sample-warehouse.ts'
import { commandNames } from '../../src/cli/commands/commands.ts'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { golden } from './golden.ts'

let world: CliWorld

beforeAll(async () => {
  world = await createCliWorld()
})
afterAll(() => world.close())

/** In this order: each line finds what those before it left. */
const story: readonly (readonly [file: string, code: number, ...argv: readonly string[]])[] = [
  ['init-again', 2, 'init'],
  ['validate', 0, 'validate'],
  ['check', 0, 'check'],
  ['discover-objects', 0, 'discover'],
  ['discover-fields', 0, 'discover', 'hubspot', 'companies'],
  ['status-before', 0, 'status'],
  ['plan-first', 0, 'plan', 'customers'],
  ['run-refused', 4, 'run', 'customers'],
  ['run-first', 0, 'run', 'customers', '--first'],
  ['run-again', 0, 'run', '--all'],
  ['status', 0, 'status'],
  ['runs', 0, 'runs', 'customers'],
  ['runs-failed', 0, 'runs', '--failed'],
  ['pause', 0, 'pause', 'customers'],
  ['run-paused', 5, 'run', 'customers'],
  ['resume', 0, 'resume', '--all'],
  ['verify-unmoved', 0, 'verify', 'customers'],
  ['compare-equal', 0, 'compare', ...twice('warehouse:main.customers'), '--key=customer_id'],
  ['explain-created', 0, 'explain', 'customers', '1'],
  ['retry-nothing', 0, 'retry', 'customers'],
  ['adopt-nothing', 0, 'adopt', 'customers'],
  ['apply-unknown', 2, 'apply', 'none'],
  ['limits', 0, 'limits'],
  ['state-backup', 0, 'state', 'backup', 'copy.db'],
  ['cancel-unknown', 2, 'cancel', 'none'],
  ['unknown-command', 2, 'plna'],
]

function twice(text: string): readonly [string, string] {
  return [text, text]
}

/** Shown by tests of their own: they end only when told to, take a process, or need a story first. */
const elsewhere = [
  'reconcile',
  'replay',
  'backfill',
  'columns',
  'serve',
  'simulate',
  'demo',
  'apply',
  'adopt',
  'retry',
  'verify',
  'explain',
  'erase',
  'dbt',
]

describe('--json', () => {
  it('is one document of one line, the same as in the golden file, for every command', async () => {
    for (const [file, code, ...argv] of story) {
      const said = await world.cli(...argv, '--json')
      expect([argv, said.code, said.stderr]).toEqual([argv, code, code === 0 ? '' : said.stderr])
      expect(said.stdout.split('\n')).toHaveLength(2)
      const path = join(import.meta.dirname, '__golden__', `${file}.json.txt`)
      await expect(golden(said.stdout, world.directory)).toMatchFileSnapshot(path)
    }
  })

  it('is shown for every command there is', () => {
    const shown = new Set([...story.map(([, , name]) => name), ...elsewhere])
    expect(commandNames.filter((name) => !shown.has(name))).toEqual([])
  })

  it('tells the cancellation of a plan that waits', async () => {
    await world.sql(`update customers set city = 'Ghent' where customer_id = 1`)
    const planned = await world.cli('plan', 'customers', '--json')
    const run = /"run":"([^"]+)"/.exec(planned.stdout)?.[1] ?? ''
    const cancelled = await world.cli('cancel', run, '--json')
    expect(cancelled.json).toMatchObject({ run, cancellation: 'cancelled' })
    const listed = await world.cli('runs', '--limit', '1', '--json')
    expect(listed.json).toMatchObject({ runs: [{ run, state: 'cancelled' }] })
    expect((await world.cli('cancel', run)).stderr).toContain('app.run_ended')
  })

  it('tells that of a plan whose sync is renamed since, of which nothing stays behind', async () => {
    const planned = await world.cli('plan', 'customers', '--json')
    const run = /"run":"([^"]+)"/.exec(planned.stdout)?.[1] ?? ''
    const left = (): Promise<unknown> =>
      inWarehouse(world.directory, 'warehouse.duckdb', (session) =>
        session.query(
          statement(
            `select table_name from information_schema.tables where table_name like 'run_${run}%'`,
          ),
        ),
      )
    // An apply that was killed while it compared the plan once more leaves tables of its own.
    await inWarehouse(world.directory, 'warehouse.duckdb', (session) =>
      session.execute([
        statement(`create table syncline_dev.run_${run}_now_due as select 'b@x.com' as email`),
      ]),
    )
    expect(await left()).toContainEqual([`run_${run}_now_due`])
    const file = join(world.directory, 'syncs/people.yaml')
    renameSync(join(world.directory, 'syncs/customers.yaml'), file)
    appendFileSync(file, 'renamed_from: customers\n')
    const cancelled = await world.cli('cancel', run, '--json')
    expect(cancelled.json).toMatchObject({ run, cancellation: 'cancelled' })
    expect(await left()).toEqual([])
  })
})
