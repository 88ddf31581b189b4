/** Use case: writes what a dbt project needs to build on the tables of a pull. Asks no CRM. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { stringify } from 'yaml'
import { dbtProjectFile, readDbtProject } from '../../config/pull/dbt-project.ts'
import { type DbtFile, dbtFiles, type DbtFolders, modelFolder } from '../../core/dbt/dbt-files.ts'
import type { DbtSync } from '../../core/dbt/dbt-sync.ts'
import { plainText } from '../../core/dbt/jinja.ts'
import { keptColumns } from '../../engine/pull/history/kept-columns.ts'
import { namesOf, type PullSync } from '../../model/sync.ts'
import { appErrors } from '../errors.ts'
import { type Comment, findSealed, sealed } from './sealed-file.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface DbtRequest {
  /** The folder of the dbt project. */
  readonly to: string
  /** Writes over files that somebody made or edited. */
  readonly force: boolean
  /** Only tells what would be written. */
  readonly dryRun: boolean
}

export interface DbtFileChange {
  /** Within the dbt project, with `/`. */
  readonly path: string
  readonly change: 'new' | 'changed' | 'unchanged' | 'removed'
  /** Who made what is there before: `ours` where nobody changed it since, and where there is nothing. */
  readonly found: 'ours' | 'edited' | 'foreign'
}

interface Planned extends DbtFileChange {
  /** Null for a file that goes. */
  readonly text: string | null
}

/** Throws before the first file is written: `app.dbt_project`, `app.not_pulled_yet`, `app.dbt_files`. */
export async function writeDbtFiles(
  workspace: Workspace,
  sync: PullSync,
  { to, force, dryRun }: DbtRequest,
): Promise<readonly DbtFileChange[]> {
  const folders = await readDbtProject(to)
  if (folders === null) {
    throw appErrors.dbt_project({
      message: `${to} has no ${dbtProjectFile} that can be read.`,
    })
  }
  const input = await dbtSync(workspace, sync)
  const planned = await plan(to, folders, input)
  if (!dryRun) {
    if (!force) refuseEdited(to, planned)
    for (const file of planned) await write(to, file)
  }
  return planned.map(({ path, change, found }) => ({ path, change, found }))
}

async function dbtSync(workspace: Workspace, sync: PullSync): Promise<DbtSync> {
  const { workingSchema } = workspace.project
  const { source } = await workspace.source(sync.crm)
  const warehouse = await workspace.warehouse(sync.warehouse)
  const meant = source.objects.filter(({ name }) => sync.objects.includes(name))
  const kept = await keptColumns(warehouse, workingSchema, sync, meant)
  const missing = kept.filter(({ isOurs }) => !isOurs).map(({ object }) => object.name)
  if (missing.length > 0) {
    throw appErrors.not_pulled_yet({
      message: `Sync ${sync.name} has not pulled ${missing.join(', ')} yet, so that nobody knows their columns.`,
      remedy: `Run it once with \`syncline run ${sync.name}\`.`,
      place: sync.place,
    })
  }
  const objects = kept.map(({ object, key, lists, pins, tables }) => ({
    ...object,
    key,
    lists,
    pins,
    tables,
  }))
  return { sync, dialect: warehouse.dialect, workingSchema, objects }
}

async function plan(to: string, folders: DbtFolders, input: DbtSync): Promise<readonly Planned[]> {
  const files = dbtFiles(input, folders)
  const wanted = files.map((file) => planFile(to, file.path, textOf(file, input.sync)))
  const left = (await filesOf(to, folders, input.sync))
    .filter((path) => files.every((file) => file.path !== path))
    .map((path) => planFile(to, path, null))
  const removed = (await Promise.all(left)).filter(({ found }) => found !== 'foreign')
  return [...(await Promise.all(wanted)), ...removed]
}

/** All that may be ours: also under the former name, or dbt would find every model twice. */
async function filesOf(
  to: string,
  folders: DbtFolders,
  sync: PullSync,
): Promise<readonly string[]> {
  const found = namesOf(sync).map(async (name) => {
    const folder = modelFolder(folders, { name })
    return (await filesIn(join(to, folder))).map((file) => posix.join(folder, file))
  })
  return (await Promise.all(found)).flat()
}

async function planFile(to: string, path: string, text: string | null): Promise<Planned> {
  const there = await findSealed(join(to, path))
  if (there === null) return { path, change: 'new', found: 'ours', text }
  const { state: found } = there
  if (text === null) return { path, change: 'removed', found, text }
  return { path, change: there.text === text ? 'unchanged' : 'changed', found, text }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.toSorted((a, b) => (a < b ? -1 : 1))
}

function refuseEdited(to: string, planned: readonly Planned[]): void {
  const told = planned
    .filter(({ change, found }) => change !== 'unchanged' && found !== 'ours')
    .map(
      ({ path, found }) =>
        `${path} ${found === 'edited' ? 'was edited' : 'was made by somebody else'}`,
    )
  if (told.length === 0) return
  throw appErrors.dbt_files({
    message: `In ${to}, ${told.join(', ')}; nothing was written.`,
  })
}

async function write(to: string, { path, change, text }: Planned): Promise<void> {
  const file = join(to, path)
  if (text === null) return rm(file)
  if (change === 'unchanged') return
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

const comments: Readonly<Record<DbtFile['content']['kind'], Comment>> = {
  sql: { begin: '--', end: '' },
  yaml: { begin: '#', end: '' },
  macro: { begin: '{#', end: ' #}' },
}

function textOf({ content }: DbtFile, { name }: PullSync): string {
  const text =
    content.kind === 'yaml'
      ? stringify(content.properties, { aliasDuplicateObjects: false, lineWidth: 0 })
      : content.text
  // dbt reads comments as templates, too.
  const of = content.kind === 'macro' ? '' : ` of the sync ${plainText(name)}`
  const note = `Made by \`syncline dbt\`${of}, and made anew by it: not to be edited;`
  return sealed(text, note, comments[content.kind])
}
