/** The connections of one environment: each is checked on its own, and fails on its own. */
import { z } from 'zod'
import { configErrors } from '../errors.ts'
import {
  childOf,
  type Located,
  type LocatedMap,
  mergeTrees,
  toPlain,
  without,
} from '../yaml/located.ts'
import { nearest } from '../../model/nearest.ts'
import { connectionOptions, pushedOptions } from '../options/project-options.ts'
import { type Problem, problem } from '../problem.ts'
import type { Connection, ConnectionKind, ConnectionType, Registries } from '../project.ts'
import { syncTypes, type SyncType } from '../../model/sync.ts'
import type { Redactor } from '../references/redactor.ts'
import { type SchemaNode, schemaNode } from '../validation/schema-node.ts'
import { secretValues } from '../validation/secrets.ts'
import { unknownKeys, withUnknown } from '../validation/unknown-keys.ts'
import { validateValues } from '../validation/validate-tree.ts'

export interface EnvironmentRules {
  readonly environment: string
  /** `write: false` of the environment. */
  readonly write: boolean
}

export interface LoadedConnection {
  /** Null when there are problems. */
  readonly connection: Connection | null
  /** Known even of a connection with problems, unless its type is one of them. */
  readonly kind: ConnectionKind | null
  readonly problems: readonly Problem[]
}

export function loadConnection(
  name: string,
  tree: LocatedMap,
  context: {
    readonly registries: Registries
    readonly rules: EnvironmentRules
    readonly redactor: Redactor
  },
): LoadedConnection {
  const found = findType(name, tree, context.registries)
  if ('code' in found) return { connection: null, kind: null, problems: [found] }
  const { declaration } = found
  const rest = without(tree, Object.keys(commonOptions(found.kind)))
  const secrets = secretValues(rest, schemaNode(declaration.options))
  for (const secret of secrets) context.redactor.add(secret)
  const common = validateValues(tree, connectionOptions)
  const options = validateValues(rest, declaration.options)
  const pushed = validateValues(tree, pushedOptions)
  const unknown = unknownKeys(tree, connectionSchema(found))
  const kind = withObjects(found.kind, context.registries, options.value)
  const others = [...common.problems, ...pushed.problems, ...options.problems]
  const problems = withUnknown(unknown, others)
  if (problems.length > 0 || common.value === null) return { connection: null, kind, problems }
  const { production } = common.value
  const reason = notWritableBecause(name, production, context.rules)
  const connection: Connection = {
    ...kind,
    name,
    options: Object.fromEntries(Object.entries(toPlain(options.tree) ?? {})),
    production,
    maxCallsPerDay: pushed.value?.max_calls_per_day ?? null,
    writable: reason === null,
    notWritableBecause: reason,
  }
  return { connection, kind, problems: [] }
}

/** `options` is null where they are wrong. */
function withObjects(
  kind: ConnectionKind,
  { sources }: Registries,
  options: unknown,
): ConnectionKind {
  const source = sources.get(kind.type)
  if (source?.described === undefined) return { ...kind, objects: source?.objects ?? null }
  return options === null ? kind : { ...kind, objects: source.described(options).objects }
}

interface FoundType {
  readonly kind: ConnectionKind
  readonly declaration: ConnectionType
}

function findType(name: string, tree: LocatedMap, registries: Registries): FoundType | Problem {
  const node = tree.entries.get('type')?.value
  const type = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : null
  const types = [...crmTypes(registries).keys(), ...registries.warehouses.keys()]
  const expected = `one of ${types.join(', ')}`
  if (type === null) {
    const place = node?.place ?? { ...tree.place, path: `${tree.place.path}.type` }
    const message = `The connection ${name} has no \`type\`.`
    return problem(configErrors.missing, { place, message, expected, found: 'nothing' })
  }
  const crm = crmTypes(registries).get(type)
  if (crm !== undefined) {
    const kind = {
      type,
      role: 'crm',
      syncTypes: syncTypesOf(type, registries),
      objects: null,
    } as const
    return { kind, declaration: crm }
  }
  const warehouse = registries.warehouses.get(type)
  if (warehouse !== undefined) {
    return { kind: { type, role: 'warehouse', syncTypes, objects: null }, declaration: warehouse }
  }
  return problem(configErrors.value, {
    place: node?.place ?? tree.place,
    message: `There is no connection type ${type}.`,
    expected,
    found: type,
    nearest: nearest(type, types),
  })
}

/** Every CRM that a connection may be of, whichever way it is used. */
export function crmTypes({ connectors, sources }: Registries): ReadonlyMap<string, ConnectionType> {
  return new Map<string, ConnectionType>([...connectors, ...sources])
}

/** Whether a type of CRM can be pushed to, pulled from, or both. */
export function syncTypesOf(type: string, { connectors, sources }: Registries): SyncType[] {
  const known = { push: connectors, pull: sources }
  return syncTypes.filter((one) => known[one].has(type))
}

/** The names a connection of this type may use, its own and those all connections have. */
function connectionSchema({ kind, declaration }: FoundType): SchemaNode {
  const common = schemaNode(z.object(commonOptions(kind)))
  return { anyOf: [common, schemaNode(declaration.options)] }
}

/** The options that do not depend on the type alone. */
function commonOptions({ role, syncTypes: types }: ConnectionKind) {
  const isPushed = role === 'crm' && types.includes('push')
  return { ...connectionOptions.shape, ...(isPushed ? pushedOptions.shape : {}) }
}

/** Overrides of environments other than the chosen one: only their names can be checked. */
export function overrideProblems(
  overrides: Located | null,
  connections: Located | null,
  registries: Registries,
): Problem[] {
  if (overrides?.kind !== 'map') return []
  const known = connections?.kind === 'map' ? connections.entries : new Map<string, never>()
  return [...overrides.entries].flatMap(([name, entry]) => {
    const base = known.get(name)?.value
    if (base === undefined) {
      const details = {
        place: entry.place,
        message: `There is no connection ${name} to override.`,
        expected: `one of ${[...known.keys()].join(', ')}`,
        found: name,
        nearest: nearest(name, known.keys()),
      }
      return [problem(configErrors.connection, details)]
    }
    if (base.kind !== 'map') return []
    // An environment may reach another type of warehouse under the same name.
    const own = entry.value.kind === 'map' && entry.value.entries.has('type') ? entry.value : base
    const found = findType(name, own, registries)
    if ('code' in found) return own === base ? [] : [found]
    return unknownKeys(entry.value, connectionSchema(found))
  })
}

/**
 * A connection as an environment sees it. Where the environment reaches something of another type,
 * what the base says of its own type means nothing; what all types have stays, protection included.
 */
export function mergeConnection(base: Located, override: Located): Located {
  const type = childOf(override, 'type')
  if (base.kind !== 'map' || type === null) return mergeTrees(base, override)
  const former = childOf(base, 'type')
  if (former !== null && toPlain(former) === toPlain(type)) return mergeTrees(base, override)
  const own = [...base.entries.keys()].filter((key) => !(key in connectionOptions.shape))
  return mergeTrees(without(base, own), override)
}

function notWritableBecause(
  name: string,
  production: boolean,
  { environment, write }: EnvironmentRules,
): string | null {
  if (!write) return `The environment ${environment} says \`write: false\`.`
  if (!production || environment !== 'dev') return null
  return `The connection ${name} is marked \`production: true\`, and the environment dev never writes to those.`
}
