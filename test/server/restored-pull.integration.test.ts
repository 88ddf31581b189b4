/** A pull whose state was restored from a copy, or is lost, goes on from what stands in the warehouse. */
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postgresDatabase } from '../support/postgres-server.ts'
import type { Said } from '../cli/cli-world.ts'
import {
  createJournalProject,
  type JournalProject,
  type JournalProjectOptions,
  type StatePlace,
  webhook,
} from './journal-project.ts'

const syncs = { crm: 'persons, stages' }
const records: JournalProjectOptions['records'] = {
  persons: ['1', '2', '3'].map((id) => ({ id, values: { name: `Person ${id}` } })),
  stages: [{ id: '1', values: { name: 'First' } }],
}

async function done(said: Promise<Said>): Promise<Said> {
  const { code, stderr, ...rest } = await said
  if (code !== 0) throw new Error(stderr)
  return { code, stderr, ...rest }
}

/** `[key, number of versions]` of an object's history. */
function versions(project: JournalProject, object: string): ReturnType<JournalProject['query']> {
  return project.query(
    `select cast(id as varchar), cast(count(*) as varchar) from crm.${object}_history group by id order by id`,
  )
}

const warehouse = (project: JournalProject): string => join(project.directory, 'warehouse.duckdb')
const state = (project: JournalProject, ...names: readonly string[]): string =>
  join(project.directory, '.syncline', 'dev', ...names)

/** As after a loss of the machine: nothing that is there belongs to the copy. */
function restore(from: string, to: JournalProject): void {
  mkdirSync(state(to), { recursive: true })
  for (const name of ['state', 'journal']) {
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(state(to, `${name}.db${suffix}`), { force: true })
  }
  copyFileSync(from, state(to, 'state.db'))
  copyFileSync(from.replace(/\.db$/, '.journal.db'), state(to, 'journal.db'))
}

describe('a copy of the state', () => {
  it('has in it what was received and not loaded, which another machine then loads', async () => {
    const project = await createJournalProject({ syncs, records })
    await done(project.cli('run', 'crm'))
    await project.send(webhook('person', 7), webhook('stage', 8))
    const copy = join(project.directory, 'copies.db')
    const said = await done(project.cli('state', 'backup', 'copies.db', '--json'))
    const journal = join(project.directory, 'copies.journal.db')
    expect(said.json).toMatchObject({ backup: copy, journal })
    const elsewhere = await createJournalProject({ syncs, crm: project.crm })
    restore(copy, elsewhere)
    copyFileSync(warehouse(project), warehouse(elsewhere))
    await done(elsewhere.cli('run', 'crm'))
    expect(await elsewhere.keys('persons')).toEqual(['1', '2', '3', '7'])
    expect(await elsewhere.keys('stages')).toEqual(['1', '8'])
    expect(await elsewhere.send()).toBe(0)
    await elsewhere.close()
    await project.close()
  })

  it('in PostgreSQL is a schema with both', async () => {
    const { drop, url } = await postgresDatabase()
    const at = (schema: string): StatePlace => ({
      lines: `state: { url: "${url}", schema: "${schema}_{environment}" }\n`,
      journal: { kind: 'postgres', url, schema: `${schema}_dev` },
    })
    const project = await createJournalProject({ syncs, records, state: at('kept') })
    await done(project.cli('run', 'crm'))
    await project.send(webhook('person', 7))
    const said = await done(project.cli('state', 'backup', 'copied_dev', '--json'))
    expect(said.json).toMatchObject({ backup: 'copied_dev', journal: 'copied_dev' })
    const elsewhere = await createJournalProject({
      syncs,
      state: at('copied'),
      crm: project.crm,
    })
    copyFileSync(warehouse(project), warehouse(elsewhere))
    await done(elsewhere.cli('run', 'crm'))
    expect(await elsewhere.keys('persons')).toEqual(['1', '2', '3', '7'])
    const again = await project.cli('state', 'backup', 'copied_dev')
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('ledger.backup_exists')])
    await elsewhere.close()
    await project.close()
    await drop()
  })

  it('writes over no journal that stands beside its place, and leaves nothing there', async () => {
    const project = await createJournalProject({ syncs })
    await done(project.cli('state', 'backup', 'copies.db'))
    renameSync(join(project.directory, 'copies.db'), join(project.directory, 'moved.db'))
    for (const attempt of [1, 2]) {
      const said = await project.cli('state', 'backup', 'copies.db')
      expect([attempt, said.code, said.stderr]).toEqual([
        attempt,
        2,
        expect.stringContaining('journal.backup_exists'),
      ])
    }
    await project.close()
  })
})

describe('a pull', () => {
  let project: JournalProject

  beforeEach(async () => {
    project = await createJournalProject({ syncs, records })
    await done(project.cli('run', 'crm'))
  })
  afterEach(() => project.close())

  async function expectStop(cause: string): Promise<void> {
    const before = await versions(project, 'persons')
    const stopped = await project.cli('run', 'crm')
    expect([stopped.code, stopped.stderr]).toEqual([4, expect.stringContaining(cause)])
    expect(stopped.stderr).toContain('syncline state recover')
    expect(await versions(project, 'persons')).toEqual(before)
  }

  it('whose state is lost is stopped, and after its recovery reads everything and doubles nothing', async () => {
    const { simulator } = project.crm
    rmSync(state(project), { recursive: true })
    await expectStop('the history in syncline_dev was written under another state')
    simulator.advance(60_000)
    simulator.edit({ kind: 'update', object: 'person', id: '2', values: { name: 'renamed' } })
    simulator.edit({ kind: 'delete', object: 'person', id: '3' })
    const said = await done(project.cli('state', 'recover', 'crm'))
    expect(said.stdout.split('\n')).toEqual([
      'crm: state and history belong together again',
      '  the next run reads everything: webhooks that were not loaded may be lost',
      '',
    ])
    const run = await done(project.cli('run', 'crm', '--json'))
    expect(run.json).toMatchObject({
      syncs: [
        {
          objects: [
            { object: 'persons', drift: { created: 0, changed: 1, deleted: 1 } },
            { object: 'stages', added: 0 },
          ],
        },
      ],
    })
    expect(await versions(project, 'persons')).toEqual([
      ['1', '1'],
      ['2', '2'],
      ['3', '1'],
    ])
    const next = await done(project.cli('run', 'crm', '--json'))
    expect(next.json).toMatchObject({ syncs: [{ objects: [{ added: 0 }, { added: 0 }] }] })
  })

  it('still knows after its recovery whose account its history is of', async () => {
    rmSync(state(project), { recursive: true })
    await done(project.cli('state', 'recover', 'crm'))
    const status = await done(project.cli('status', '--json'))
    expect(status.json).toMatchObject({ syncs: [{ account: expect.stringMatching(/^\d+$/) }] })
  })

  it('whose state is restored loads again what the copy holds, and that counts once', async () => {
    await project.send(webhook('person', 7))
    await done(project.cli('state', 'backup', 'copies.db'))
    await done(project.cli('run', 'crm'))
    const before = await versions(project, 'persons')
    restore(join(project.directory, 'copies.db'), project)
    await expectStop('the state has given out')
    await done(project.cli('state', 'recover', '--all'))
    expect(await project.send()).toBe(1)
    const run = await done(project.cli('run', 'crm', '--json'))
    expect(run.json).toMatchObject({ syncs: [{ journal: { entries: 1, added: 0 } }] })
    expect(before).toContainEqual(['7', '1'])
    expect(await project.send()).toBe(0)
  })

  it('keeps out whom another state erased, as nobody can tell who they are, and says so', async () => {
    await done(project.cli('erase', '--object', 'persons', '--id', '2'))
    rmSync(state(project), { recursive: true })
    const said = await done(project.cli('state', 'recover', 'crm', '--json'))
    expect(said.json).toMatchObject({
      syncs: [{ sync: 'crm', runs: 0, lost_tombstones: [{ object: 'persons', records: 1 }] }],
    })
    const plain = await done(project.cli('state', 'recover', 'crm'))
    expect(plain.stdout).toContain('  persons: 1 records were erased under another state')
    const { simulator } = project.crm
    simulator.advance(60_000)
    simulator.edit({ kind: 'update', object: 'stage', id: '1', values: { name: 'renamed' } })
    const run = await project.cli('run', 'crm')
    expect([run.code, run.stderr]).toEqual([4, expect.stringContaining('pull.lost_tombstones')])
    expect(await versions(project, 'stages')).toEqual([['1', '2']])
    expect(await project.keys('persons')).toEqual(['1', '3'])
  })
})
