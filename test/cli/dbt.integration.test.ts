import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { golden } from './golden.ts'
import { rewrite } from './project-files.ts'
import { createPullWorld, type PullWorld } from './pull-world.ts'

let world: PullWorld
let analytics: string

beforeAll(async () => {
  world = await createPullWorld()
  analytics = mkdtempSync(join(tmpdir(), 'syncline-dbt-'))
  world.deals.fields = [
    ...world.deals.fields,
    { name: 'note', label: "Note {{ env_var('SECRET') }}", kind: 'text' },
  ]
})
afterAll(async () => {
  await world.close()
  rmSync(analytics, { recursive: true, force: true })
})
beforeEach(() => {
  world.asked.length = 0
})

const folder = 'models/syncline/crm'
const write = (...argv: readonly string[]) => world.cli('dbt', 'crm', `--to=${analytics}`, ...argv)
const file = (path: string): string => readFileSync(join(analytics, path), 'utf8')
const firstLine = (text: string): string => text.split('\n')[0] ?? ''

// In this order: each test finds what those before it left.
describe('dbt', () => {
  it('wants to be told the dbt project, and that it is one', async () => {
    const unsaid = await world.cli('dbt', 'crm')
    expect([unsaid.code, firstLine(unsaid.stderr)]).toEqual([
      2,
      'error cli.usage: dbt takes the folder of the dbt project as --to <folder>.',
    ])
    const other = await write()
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('error app.dbt_project: '),
    ])
    writeFileSync(join(analytics, 'dbt_project.yml'), 'name: [analytics')
    expect((await write()).stderr).toContain('has no dbt_project.yml that can be read.')
  })

  it('names what was never pulled', async () => {
    writeFileSync(
      join(analytics, 'dbt_project.yml'),
      'name: analytics\nmacro-paths: [tools, others]\n',
    )
    const said = await write()
    expect([said.code, firstLine(said.stderr)]).toEqual([
      2,
      'error app.not_pulled_yet: Sync crm has not pulled deals, persons yet, so that nobody knows their columns.',
    ])
    expect(said.stderr).toContain('Run it once with `syncline run crm`')
  })

  it('is for pulls', async () => {
    const said = await world.cli('dbt', 'customers', `--to=${analytics}`)
    expect([said.code, said.stderr]).toEqual([
      2,
      expect.stringContaining('error app.other_direction: '),
    ])
  })

  it('writes files for each object, and asks no CRM', async () => {
    await world.cli('run', 'crm')
    world.asked.length = 0
    const planned = await write('--dry-run', '--exit-on-changes')
    expect([planned.code, existsSync(join(analytics, folder))]).toEqual([1, false])
    const said = await write()
    const list = [
      `${folder}/sources.yml`,
      `${folder}/models.yml`,
      `${folder}/stg_crm__deals.sql`,
      `${folder}/crm__deals_latest.sql`,
      `${folder}/stg_crm__persons.sql`,
      `${folder}/crm__persons_latest.sql`,
      'tools/syncline/syncline_versions_do_not_overlap.sql',
    ]
    expect([said.code, said.stdout.split('\n')]).toEqual([
      0,
      [`crm → ${analytics}: 7 of 7 files written`, ...list.map((path) => `  new      ${path}`), ''],
    ])
    expect(world.asked).toEqual([])
    for (const path of list.filter((one) => !one.includes('persons'))) {
      const name = path.split('/').at(-1)
      await expect(file(path)).toMatchFileSnapshot(
        join(import.meta.dirname, '__golden__/dbt', `${name}.txt`),
      )
    }
  })

  it('keeps what people call a field from being a template', () => {
    expect(file(`${folder}/sources.yml`)).toContain("Note { { env_var('SECRET') }} (field note).")
  })

  it('writes nothing where nothing changed', async () => {
    const said = await write('--exit-on-changes')
    expect([said.code, said.stdout]).toEqual([
      0,
      `crm → ${analytics}: all 7 files are as they are to be\n`,
    ])
  })

  it('shows as a JSON what became of each file', async () => {
    world.deals.fields = [...world.deals.fields, { name: 'due', label: 'Due', kind: 'date' }]
    await world.cli('run', 'crm')
    const said = await write('--json', '--exit-on-changes')
    expect(said.code).toBe(1)
    const shown = golden(said.stdout.replaceAll(analytics, '<dbt>'), world.directory)
    await expect(shown).toMatchFileSnapshot(join(import.meta.dirname, '__golden__/dbt.json.txt'))
  })

  it('writes over nothing that somebody edited or made', async () => {
    const [edited, made] = [`${folder}/stg_crm__deals.sql`, `${folder}/stg_crm__persons.sql`]
    const before = file(edited)
    writeFileSync(join(analytics, edited), before.replace('"title"', 'upper("title")'))
    writeFileSync(join(analytics, made), 'select 1')
    const said = await write()
    expect([said.code, firstLine(said.stderr)]).toEqual([
      4,
      `error app.dbt_files: In ${analytics}, ${edited} was edited, ${made} was made by somebody else; nothing was written.`,
    ])
    expect(file(made)).toBe('select 1')
    const planned = await write('--dry-run')
    expect([planned.code, planned.stdout]).toEqual([
      0,
      expect.stringContaining(`changed  ${edited} (edited)`),
    ])
    const forced = await write('--force')
    expect([forced.code, file(edited)]).toEqual([0, before])
  })

  it('takes line ends of another machine for no edit', async () => {
    const path = join(analytics, folder, 'models.yml')
    writeFileSync(path, file(`${folder}/models.yml`).replaceAll('\n', '\r\n'))
    expect((await write('--exit-on-changes')).code).toBe(0)
  })

  it('removes its files of an object that is pulled no more, and leaves those of others', async () => {
    writeFileSync(join(analytics, folder, 'mine.sql'), 'select 1')
    const undo = rewrite(world.directory, 'syncs/crm.yaml', [
      'connection: pipes',
      'connection: pipes, objects: [deals]',
    ])
    const said = await write()
    undo()
    expect([said.code, said.stdout]).toEqual([
      0,
      expect.stringContaining(`removed  ${folder}/stg_crm__persons.sql`),
    ])
    expect(
      ['mine.sql', 'stg_crm__persons.sql'].map((name) => existsSync(join(analytics, folder, name))),
    ).toEqual([true, false])
  })
})
