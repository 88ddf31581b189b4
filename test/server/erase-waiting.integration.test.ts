/** A person who is erased is erased from what waits in the journal, too, and does not come back by it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import type { JournalLocation } from '../../src/journal/open-journal.ts'
import { type PostgresDatabase, postgresDatabase } from '../support/postgres-server.ts'
import { createJournalProject, type JournalProject, webhook } from './journal-project.ts'

const planted = 'Planted.Person@example.com'

let project: JournalProject
let database: PostgresDatabase | null = null

afterEach(async () => {
  await project.close()
  await database?.drop()
  database = null
})

async function pulled(kind: 'SQLite' | 'PostgreSQL'): Promise<void> {
  const syncs = { crm: 'persons, stages', other: 'stages' }
  const records = {
    persons: [{ id: '1', values: { name: planted } }],
    stages: [{ id: '1', values: { name: 'First' } }],
  }
  if (kind === 'PostgreSQL') {
    database = await postgresDatabase()
    const { url } = database
    const lines = `state: { url: "${url}", schema: "kept_{environment}" }\n`
    const journal = { kind: 'postgres', url, schema: 'kept_dev' } satisfies JournalLocation
    project = await createJournalProject({ syncs, records, state: { lines, journal } })
  } else {
    project = await createJournalProject({ syncs, records })
  }
  const first = await project.cli('run', '--all')
  if (first.code !== 0) throw new Error(first.stderr)
}

/** Files or tables of the state and the journal in which the text is, whatever its case. */
async function stateWith(sought: string): Promise<readonly string[]> {
  const wanted = sought.toLowerCase()
  if (database === null) {
    const folder = join(project.directory, '.syncline', 'dev')
    const isNamed = (name: string): boolean =>
      readFileSync(join(folder, name)).toString('latin1').toLowerCase().includes(wanted)
    return readdirSync(folder).filter(isNamed)
  }
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const tables = await client.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'kept_dev'`,
  )
  const found: string[] = []
  for (const { name } of tables.rows) {
    const rows = await client.query<{ text: string }>(
      `select cast(t as text) as text from kept_dev."${name}" as t`,
    )
    // Bytes are shown in hex.
    const readable = ({ text }: { readonly text: string }): string =>
      `${text}${text.replaceAll(/(?:[0-9a-f]{2}){8,}/g, (hex) => Buffer.from(hex, 'hex').toString())}`
    if (rows.rows.some((row) => readable(row).toLowerCase().includes(wanted))) found.push(name)
  }
  await client.end()
  return found
}

/** Tables of the warehouse in which it is. */
async function tablesWith(sought: string): Promise<readonly string[]> {
  const tables = await project.query(
    `select table_schema || '.' || table_name from information_schema.tables order by 1`,
  )
  expect(tables.length).toBeGreaterThan(8)
  const found: string[] = []
  for (const [table] of tables) {
    const rows = await project.query(
      `select '1' from ${table} as t where lower(t::text) like '%${sought.toLowerCase()}%' limit 1`,
    )
    if (rows.length > 0) found.push(table ?? '')
  }
  return found
}

const planting = {
  email: webhook('person', 7, { name: 'New', emails: [{ value: planted, primary: true }] }),
  later: webhook('person', 7, { name: 'New one' }, { name: 'New' }),
  known: webhook('person', 1, { name: 'Anew' }, { name: 'Ann' }),
  words: webhook('person', 8, { name: `Call ${planted}` }),
  former: webhook('person', 5, { name: 'Since' }, { name: planted }),
  both: webhook('stage', 9, { name: ` ${planted.toUpperCase()}` }),
  ofNoPull: webhook('deal', 3, { title: planted }),
  unknownObject: webhook('board', 3, { title: planted }),
  unreadable: `{"to":"${planted.replace('@', '\\u0040')}`,
  of: webhook('person', 2, { name: 'Somebody else' }),
}

describe.each(['SQLite', 'PostgreSQL'] as const)('erase, with the state in %s,', (kind) => {
  it('leaves nothing of a person in what waits, and nothing of them is loaded later', async () => {
    await pulled(kind)
    await project.send(...Object.values(planting))
    expect(await stateWith(planted)).not.toEqual([])
    const dry = await project.cli('erase', planted, '--sync', 'crm', '--json', '--dry-run')
    expect(await stateWith(planted)).not.toEqual([])
    const alone = await project.cli('erase', planted, '--sync', 'crm', '--json')
    const { syncs } = alone.json as { readonly syncs: readonly object[] }
    expect(dry.json).toMatchObject({ syncs: syncs.map((one) => ({ ...one, dry_run: true })) })
    const nothingMore = { mentioned_in: [], more_mentions: false }
    expect([alone.code, alone.json]).toMatchObject([
      0,
      {
        syncs: [
          {
            objects: [
              { object: 'persons', records: 2, changes: 1, mentioned_in: ['5', '8'] },
              { object: 'stages', records: 1, changes: 0, ...nothingMore },
            ],
            // The stage waits for the other pull as well.
            waiting_events: { removed: 6, left: 1 },
            not_reached: ['crm', 'backups', 'time_travel', 'files'],
          },
        ],
      },
    ])
    const all = await project.cli('erase', planted)
    expect(all.stdout.split('\n').slice(0, 7)).toEqual([
      'crm stages: erased 1 record with 0 changes and 0 versions; none is loaded again',
      'crm: left 1 webhooks that wait for other pulls, or tell of others, too',
      'crm persons: left records with a text that it appears in: 5, 8',
      expect.stringContaining('look at one with'),
      'other stages: erased 1 record with 0 changes and 0 versions; none is loaded again',
      'other: erased 1 webhook that waited to be loaded',
      expect.stringContaining('Not reached'),
    ])
    for (const id of ['5', '8']) {
      const said = await project.cli('erase', '--object', 'persons', '--id', id)
      expect(said.stdout).toContain('crm: erased 1 webhook that waited to be loaded')
    }
    expect([await stateWith('planted'), await tablesWith('planted')]).toEqual([[], []])
    expect(await project.cli('run', '--all')).toMatchObject({ code: 0 })
    expect([await project.send(), await tablesWith('planted')]).toEqual([0, []])
    expect(await project.keys('persons')).toEqual(['2'])
  })

  it('leaves nothing on the disk of what was loaded before', async () => {
    await pulled(kind)
    await project.send(planting.email)
    await project.cli('run', '--all')
    expect(await project.keys('persons')).toEqual(['1', '7'])
    expect(await project.cli('erase', planted)).toMatchObject({ code: 0 })
    expect([await stateWith('planted'), await tablesWith('planted')]).toEqual([[], []])
    expect(await project.keys('persons')).toEqual([])
  })

  it('keeps out what is sent again, of a pull that was paused as well', async () => {
    await pulled(kind)
    await project.cli('pause', 'crm')
    await project.send(planting.email)
    expect(await project.cli('erase', planted)).toMatchObject({ code: 0 })
    expect(await stateWith('planted')).toEqual([])
    await project.send(planting.email, planting.of)
    await project.cli('resume', 'crm')
    await project.cli('run', '--all')
    expect([await project.keys('persons'), await tablesWith('planted')]).toEqual([['2'], []])
  })
})
