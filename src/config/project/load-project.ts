/**
 * Loads a project for one environment. Every problem of every file is found at once, and a sync
 * with problems never keeps another from running.
 */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Sync } from '../../model/sync.ts'
import { checkSyncs, type SyncDraft } from '../syncs/check-syncs.ts'
import { checkTables } from '../pull/check-tables.ts'
import { DbtManifest } from '../push/dbt-manifest.ts'
import { configErrors } from '../errors.ts'
import { sortProblems } from '../format-problems.ts'
import type { LocatedMap } from '../yaml/located.ts'
import { referenceLists } from '../push/lookup-problems.ts'
import { objectKeys } from '../syncs/object-keys.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { forSync, type Problem, problem } from '../problem.ts'
import type { BadSync, Project, Registries } from '../project.ts'
import { type ProjectFile, type ProjectFileRequest, readProjectTree } from './project-file.ts'
import { buildPull, type BuiltPull, type PullScope } from '../pull/pull-sync.ts'
import { buildPush, type BuiltPush, type PushScope } from '../push/push-sync.ts'
import { Redactor } from '../references/redactor.ts'
import { serverSettings } from '../server-settings.ts'
import { forEnvironment, stateLocation } from './state-location.ts'
import { readSyncFile } from '../syncs/sync-file.ts'
import { findSyncFiles } from '../syncs/sync-files.ts'
import { type Variables, withDotenv } from '../references/variables.ts'

export const projectFileName = 'syncline.yaml'
export const defaultEnvironment = 'dev'

export interface LoadRequest extends Registries {
  readonly directory: string
  /** `--env`; without it `SYNCLINE_ENV`, then `dev`. */
  readonly environment?: string | undefined
  /** The process's variables; `.env` is laid under them. */
  readonly env: Variables
}

export interface LoadedProject {
  /** Null when no sync could run; its `badSyncs` are those that can not. */
  readonly project: Project | null
  /** All of them, those of bad syncs included, by file and line. */
  readonly problems: readonly Problem[]
  /** Knows the secrets of every connection; whatever is shown goes through it. */
  readonly redactor: Redactor
  /** The process's variables with `.env` under them. */
  readonly variables: Variables
}

export async function loadProject(request: LoadRequest): Promise<LoadedProject> {
  const { connectors, sources, warehouses } = request
  const directory = resolve(request.directory)
  const redactor = new Redactor()
  const { variables, problems: unread } = await withDotenv(directory, request.env)
  const environment = request.environment || variables.SYNCLINE_ENV || defaultEnvironment
  const references = { directory, variables }
  const root = await readRoot(directory)
  const registries = { connectors, sources, warehouses }
  const scope = { environment, registries, references, redactor }
  const file = root.tree === null ? null : await readProjectTree(root.tree, scope)
  const { syncs, badSyncs, problems } = await loadSyncs(file, scope)
  const own = [...unread, ...root.problems, ...(file?.problems ?? [])]
  const all = sortProblems([...own, ...problems.filter((one) => !own.some(samePlace(one)))])
  const options = file?.options ?? null
  if (file === null || options === null || root.problems.length > 0)
    return { project: null, problems: all, redactor, variables }
  const project: Project = {
    directory,
    environment,
    connections: file.connections,
    state: stateLocation(options.state, directory, environment),
    server: serverSettings(options.server),
    workingSchema: forEnvironment(options.working_schema, environment),
    retentionDays: options.retention_days,
    syncs,
    badSyncs,
  }
  return { project, problems: all, redactor, variables }
}

/** A wrong default is wrong in every sync that inherits it, and told once. */
function samePlace(one: Problem): (other: Problem) => boolean {
  return ({ code, file, line, column }) =>
    code === one.code && file === one.file && line === one.line && column === one.column
}

interface Root {
  readonly tree: LocatedMap | null
  readonly problems: readonly Problem[]
}

async function readRoot(directory: string): Promise<Root> {
  const place = { file: projectFileName }
  let text: string
  try {
    text = await readFile(join(directory, projectFileName), 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    const fault = missing
      ? problem(configErrors.missing_project, {
          place,
          message: `There is no ${projectFileName} in ${directory}.`,
        })
      : problem(configErrors.unreadable, { place, message: `${projectFileName} can not be read.` })
    return { tree: null, problems: [fault] }
  }
  const { tree, problems } = parseYaml(projectFileName, text)
  if (tree?.kind === 'map') return { tree, problems }
  if (problems.length > 0) return { tree: null, problems }
  const message = `${projectFileName} holds no project.`
  const details = {
    place: { ...place, line: 1, column: 1 },
    message,
    expected: 'a mapping that begins with `version: 1`',
  }
  return { tree: null, problems: [problem(configErrors.type, details)] }
}

interface LoadedSyncs {
  readonly syncs: readonly Sync[]
  readonly badSyncs: readonly BadSync[]
  readonly problems: readonly Problem[]
}

/** `file` is null when `syncline.yaml` can not be read: the syncs are then checked without it. */
async function loadSyncs(
  file: ProjectFile | null,
  { references, registries, redactor, environment }: ProjectFileRequest,
): Promise<LoadedSyncs> {
  const found = await findSyncFiles(references.directory)
  const options = file?.options ?? null
  const scope = {
    directory: references.directory,
    dbt: new DbtManifest(references.directory, options?.dbt.manifest ?? 'target/manifest.json'),
    kinds: file?.kinds ?? null,
    crmTypes: { push: [...registries.connectors.keys()], pull: [...registries.sources.keys()] },
    sources: registries.sources,
    objectKey: objectKeys(file?.kinds ?? null, registries.connectors),
    lists: referenceLists(file?.kinds ?? null, registries.connectors),
    usable: new Set(file?.connections.keys()),
    troubles: file?.troubles ?? new Map(),
    workingSchema: options === null ? null : forEnvironment(options.working_schema, environment),
    server: options === null ? null : serverSettings(options.server),
  }
  const inheritance = { defaults: file?.defaults ?? null, guards: file?.guards ?? null }
  const read = []
  for (const one of found.files) {
    read.push({ name: one.name, ...(await readSyncFile(one, inheritance, references, redactor)) })
  }
  const drafts = read.flatMap(({ draft }) => draft ?? [])
  const names = new Set(found.files.map((one) => one.name))
  const across = checkSyncs(drafts, names, scope.objectKey)
  const tables = checkTables(drafts, scope)
  const rightIn = new Map(drafts.map(({ tree, isRight }) => [tree.place.file, isRight]))
  // What is wrong by its shape has been told.
  const isNew = ({ file: where, path }: Problem): boolean =>
    path === null || rightIn.get(where)?.(path) !== false
  const syncs: Sync[] = []
  const badSyncs: BadSync[] = []
  for (const { name, draft, problems: own } of read) {
    const built = draft === null ? null : await buildSync(draft, scope)
    const further = [
      ...(built?.problems ?? []),
      ...(across.get(name) ?? []),
      ...(tables.get(name) ?? []),
    ]
    const all = [...own, ...further.filter(isNew)]
    // What a sync inherits is reported with the file it stands in, and stops the sync all the same.
    const problems = sortProblems(forSync(name, all))
    if (problems.length > 0) badSyncs.push({ name, problems })
    else if (built?.sync) syncs.push(built.sync)
  }
  const problems = [...found.problems, ...eachOnce(badSyncs.flatMap((one) => one.problems))]
  return { syncs, badSyncs, problems }
}

/** What is wrong of two syncs together stops both, and is told once. */
function eachOnce(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter((one, index) => {
    const isSame = samePlace(one)
    return !problems.slice(0, index).some((other) => isSame(other) && other.message === one.message)
  })
}

async function buildSync(
  { name, options, tree, isRight }: SyncDraft,
  scope: PushScope & PullScope,
): Promise<BuiltPush | BuiltPull> {
  return options.type === 'push'
    ? buildPush(name, options, { tree, isRight }, scope)
    : buildPull(name, options, { tree, isRight }, scope)
}
