/**
 * Reads `syncline.yaml` for one environment: overrides merged, references resolved, each
 * connection on its own. A connection with problems stops only the syncs that use it.
 */
import { loadConnection, mergeConnection, overrideProblems } from './connections.ts'
import { configErrors } from '../errors.ts'
import {
  childOf,
  type Located,
  type LocatedMap,
  nodeAt,
  placeAt,
  without,
} from '../yaml/located.ts'
import { nearest } from '../../model/nearest.ts'
import { laterProjectOptions } from '../options/later-options.ts'
import { type ProjectOptions, projectOptions } from '../options/project-options.ts'
import { type Problem, problem } from '../problem.ts'
import type { Connection, ConnectionKind, Registries } from '../project.ts'
import type { Redactor } from '../references/redactor.ts'
import { type ReferenceScope, resolveReferences } from '../references/resolve-references.ts'
import { schemaNode } from '../validation/schema-node.ts'
import { secretValues } from '../validation/secrets.ts'
import { unknownKeys } from '../validation/unknown-keys.ts'
import { validateTree, validateValues } from '../validation/validate-tree.ts'

export interface ProjectFileRequest {
  readonly environment: string
  readonly registries: Registries
  readonly references: ReferenceScope
  readonly redactor: Redactor
}

export interface ProjectFile {
  /** Null when something is wrong that no sync can do without. */
  readonly options: ProjectOptions | null
  readonly connections: ReadonlyMap<string, Connection>
  /** What keeps the other declared connections from being used. */
  readonly troubles: ReadonlyMap<string, readonly Problem[]>
  /** All declared connections; null where the type is unknown. */
  readonly kinds: ReadonlyMap<string, ConnectionKind | null>
  /** What syncs inherit, with its places, and what the environment lays over them. */
  readonly defaults: LocatedMap | null
  readonly guards: Located | null
  readonly problems: readonly Problem[]
}

export async function readProjectTree(
  root: LocatedMap,
  request: ProjectFileRequest,
): Promise<ProjectFile> {
  const { environment, registries, redactor } = request
  const environments = childOf(root, 'environments')
  const chosen = environments === null ? null : childOf(environments, environment)
  const overrides = chosen === null ? null : childOf(chosen, 'connections')
  const choice = environmentProblems(root, environments, environment)
  const resolved = await resolveReferences(
    effectiveTree(root, chosen, overrides),
    request.references,
  )
  const tree = resolved.tree
  for (const secret of secretValues(tree, schemaNode(projectOptions))) redactor.add(secret)
  const environmentNode = nodeAt(tree, ['environments', environment])
  const bad = new Set(resolved.problems.flatMap((one) => connectionOf(one, environment) ?? []))
  const shape = validateTree(withoutOptions(tree), projectOptions, laterProjectOptions)
  const write = shape.value?.environments[environment]?.write ?? true
  const context = { registries, redactor, rules: { environment, write } }
  const loaded = loadConnections(tree, context, bad)
  const others = otherEnvironments(root, environment, registries)
  // What a reference stands for can't be judged while it is not known.
  const isKnown = (one: Problem): boolean => !resolved.problems.some(samePlaceAs(one))
  const judged = loaded.problems.filter(isKnown)
  const blocking = [
    ...choice,
    ...shape.problems.filter(isKnown).map(asVersionProblem),
    ...resolved.problems.filter((one) => connectionOf(one, environment) === null),
  ]
  const problems = [
    ...blocking,
    ...resolved.problems.filter((one) => connectionOf(one, environment) !== null),
    ...overrideProblems(overrides, childOf(root, 'connections'), registries),
    ...judged,
    ...others,
  ]
  const defaults = nodeAt(tree, ['defaults'])
  return {
    options: blocking.length === 0 ? shape.value : null,
    connections: loaded.connections,
    troubles: byConnection([...resolved.problems, ...judged], environment),
    kinds: loaded.kinds,
    defaults: defaults?.kind === 'map' ? defaults : null,
    guards: environmentNode === null ? null : childOf(environmentNode, 'guards'),
    problems: distinct(problems),
  }
}

/** The file as the chosen environment sees it; other environments are left out. */
function effectiveTree(
  root: LocatedMap,
  chosen: Located | null,
  overrides: Located | null,
): LocatedMap {
  const entries = new Map(root.entries)
  const connections = entries.get('connections')
  if (connections?.value.kind === 'map' && overrides?.kind === 'map') {
    const merged = new Map(connections.value.entries)
    for (const [name, { place, value }] of overrides.entries) {
      const base = merged.get(name)
      if (base === undefined) continue
      const isTakenAway = value.kind === 'scalar' && value.value === null
      if (isTakenAway) merged.delete(name)
      else merged.set(name, { place, value: mergeConnection(base.value, value) })
    }
    entries.set('connections', { ...connections, value: { ...connections.value, entries: merged } })
  }
  const environments = entries.get('environments')
  if (environments?.value.kind === 'map') {
    const own =
      chosen?.kind === 'map' && overrides?.kind === 'map'
        ? without(chosen, ['connections'])
        : chosen
    const kept = [...environments.value.entries].flatMap(([name, entry]) =>
      entry.value === chosen && own !== null ? [[name, { ...entry, value: own }] as const] : [],
    )
    entries.set('environments', {
      ...environments,
      value: { ...environments.value, entries: new Map(kept) },
    })
  }
  return { ...root, entries }
}

/** Connections reduced to what all have: their own options are checked one by one. */
function withoutOptions(tree: LocatedMap): LocatedMap {
  const connections = tree.entries.get('connections')
  if (connections?.value.kind !== 'map') return tree
  const reduced = [...connections.value.entries].map(([name, entry]) => {
    const place = entry.value.place
    const type = {
      kind: 'scalar',
      value: '-',
      source: '-',
      quoted: true,
      resolved: false,
      place,
    } as const
    const value = {
      kind: 'map',
      entries: new Map([['type', { place, value: type }]]),
      place,
    } as const
    return [name, entry.value.kind === 'map' ? { ...entry, value } : entry] as const
  })
  const entries = new Map(tree.entries)
  const value = { ...connections.value, entries: new Map(reduced) }
  return { ...tree, entries: entries.set('connections', { ...connections, value }) }
}

function loadConnections(
  tree: LocatedMap,
  context: Parameters<typeof loadConnection>[2],
  bad: ReadonlySet<string>,
): {
  readonly connections: ReadonlyMap<string, Connection>
  readonly kinds: ReadonlyMap<string, ConnectionKind | null>
  readonly problems: readonly Problem[]
} {
  const connections = new Map<string, Connection>()
  const kinds = new Map<string, ConnectionKind | null>()
  const problems: Problem[] = []
  const node = childOf(tree, 'connections')
  for (const [name, entry] of node?.kind === 'map' ? node.entries : []) {
    if (entry.value.kind !== 'map') continue
    const loaded = loadConnection(name, entry.value, context)
    kinds.set(name, loaded.kind)
    problems.push(...loaded.problems)
    if (loaded.connection !== null && !bad.has(name)) connections.set(name, loaded.connection)
  }
  return { connections, kinds, problems }
}

/** Another version is not a slip: the project may be right and this release too old for it. */
function asVersionProblem(one: Problem): Problem {
  if (one.path !== 'version' || one.code === 'config.missing') return one
  const place = { file: one.file, line: one.line ?? 1, column: one.column ?? 1, path: 'version' }
  const message = 'This version of the format is not known here.'
  return problem(configErrors.version, { place, message, expected: '1', found: one.found })
}

function environmentProblems(
  root: LocatedMap,
  environments: Located | null,
  environment: string,
): Problem[] {
  const declared = environments?.kind === 'map' ? [...environments.entries.keys()] : []
  const known = [...new Set(['dev', ...declared])]
  if (known.includes(environment)) return []
  return [
    problem(configErrors.unknown_environment, {
      place: environments?.place ?? placeAt(root, ['environments']),
      message: `There is no environment ${environment}.`,
      expected: `one of ${known.join(', ')}`,
      found: environment,
      nearest: nearest(environment, known),
    }),
  ]
}

/** What can be said of the environments that were not chosen, whose references stay unresolved. */
function otherEnvironments(root: LocatedMap, chosen: string, registries: Registries): Problem[] {
  const environments = childOf(root, 'environments')
  if (environments?.kind !== 'map') return []
  const type = projectOptions.shape.environments.unwrap()
  const others = without(environments, [chosen])
  return [
    ...unknownKeys(others, schemaNode(type)),
    ...validateValues(others, type).problems.filter((one) => one.found?.includes('${') !== true),
    ...[...others.entries.values()].flatMap((entry) =>
      overrideProblems(
        childOf(entry.value, 'connections'),
        childOf(root, 'connections'),
        registries,
      ),
    ),
  ]
}

/** The connection that a problem's place belongs to. */
function byConnection(
  problems: readonly Problem[],
  environment: string,
): ReadonlyMap<string, readonly Problem[]> {
  const found = new Map<string, Problem[]>()
  for (const one of problems) {
    const name = connectionOf(one, environment)
    if (name !== null) found.set(name, [...(found.get(name) ?? []), one])
  }
  return found
}

function connectionOf({ path }: Problem, environment: string): string | null {
  const steps = (path ?? '').split('.')
  if (steps[0] === 'connections') return steps[1] ?? null
  const isOverride =
    steps[0] === 'environments' && steps[1] === environment && steps[2] === 'connections'
  return isOverride ? (steps[3] ?? null) : null
}

function samePlaceAs(one: Problem): (other: Problem) => boolean {
  return ({ line, column }) => one.line !== null && one.line === line && one.column === column
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()]
}
