/** Turns the validated options of a push into what the engine takes, and checks its names. */
import type { Place } from '../model/error.ts'
import type { AssociationMapping, PushSync } from '../model/sync.ts'
import { configErrors } from './errors.ts'
import { fieldMappings } from './field-mappings.ts'
import { guardsOf } from './guards.ts'
import { keyPlaceAt, type Located, placeAt } from './located.ts'
import { refusalOf } from './mode-table.ts'
import { type ModelScope, modelSource, readProjectFile } from './model-source.ts'
import { nearest } from '../model/nearest.ts'
import type { PushOptions } from './options/push-options.ts'
import { type Problem, problem } from './problem.ts'
import { type ConnectionRole, connectionRoles } from './project.ts'

export interface PushScope extends ModelScope {
  /**
   * Role of every declared connection, null for one of unknown type; null as a whole when the
   * declarations could not be read.
   */
  readonly roles: ReadonlyMap<string, ConnectionRole | null> | null
  /** Connections without problems. */
  readonly usable: ReadonlySet<string>
  /** What is wrong with the others, by connection. */
  readonly troubles: ReadonlyMap<string, readonly Problem[]>
}

export interface BuiltPush {
  readonly sync: PushSync | null
  readonly problems: readonly Problem[]
}

export async function buildPush(
  name: string,
  options: PushOptions,
  tree: Located,
  scope: PushScope,
): Promise<BuiltPush> {
  const { mappings, problems: fieldProblems } = fieldMappings(options, tree)
  const model = await modelSource(options.from, tree, scope)
  const transform = await transformOf(options, tree, scope.directory)
  const problems = [
    ...connectionProblems(options, tree, scope),
    ...('code' in model ? [model] : []),
    ...fieldProblems,
    ...(transform !== null && 'code' in transform ? [transform] : []),
    ...combinationProblems(options, tree),
    ...unreadProblems(options, tree),
    ...associationProblems(options, tree),
  ]
  if ('code' in model || (transform !== null && 'code' in transform) || problems.length > 0) {
    return { sync: null, problems }
  }
  const sync: PushSync = {
    type: 'push',
    name,
    place: { file: tree.place.file },
    tags: options.tags,
    warehouse: options.from.connection,
    model,
    key: options.from.key,
    crm: options.to.connection,
    object: options.to.object,
    match: options.to.match === undefined ? null : matchOf(options.to.match),
    mode: options.mode,
    removedRows: options.removed_rows,
    deleteAdopted: options.delete_adopted,
    ifDeleted: options.if_deleted,
    readBefore: options.read_before,
    fields: mappings,
    associations: options.associations.map(associationOf),
    transform,
    guards: guardsOf(options.guards),
    after: options.after,
    shared: options.shared,
    renamedFrom: options.renamed_from ?? null,
    bulkFrom: options.bulk_from === 'never' ? null : options.bulk_from,
    maxCallsPerDay: options.max_calls_per_day ?? null,
  }
  return { sync, problems }
}

type Association = PushOptions['associations'][number]

function associationOf({ to, match, label, if_missing }: Association): AssociationMapping {
  return { to, match: matchOf(match), label: label ?? null, ifMissing: if_missing }
}

/** The schema has made sure that there is exactly one pair. */
function matchOf(pairs: Readonly<Record<string, string>>): { field: string; column: string } {
  const [field = '', column = ''] = Object.entries(pairs)[0] ?? []
  return { field, column }
}

async function transformOf(
  options: PushOptions,
  tree: Located,
  directory: string,
): Promise<PushSync['transform'] | Problem> {
  if (options.transform === undefined) return null
  const text = await readProjectFile(options.transform, tree, ['transform'], directory)
  return typeof text === 'string' ? { file: options.transform, text } : text
}

function connectionProblems(options: PushOptions, tree: Located, scope: PushScope): Problem[] {
  const { roles } = scope
  if (roles === null) return []
  const wanted = [
    ['from', options.from.connection, 'warehouse'],
    ['to', options.to.connection, 'crm'],
  ] as const
  return wanted.flatMap(([side, name, role]) => {
    const place = placeAt(tree, [side, 'connection'])
    const fitting = [...roles].flatMap(([one, its]) => (its === role ? [one] : []))
    const expected = fitting.length === 0 ? null : `one of ${fitting.join(', ')}`
    const actual = roles.get(name)
    const details = { place, expected, found: name }
    if (actual === undefined) {
      const message = `There is no connection ${name}.`
      return [
        problem(configErrors.connection, { ...details, message, nearest: nearest(name, fitting) }),
      ]
    }
    if (actual !== null && actual !== role) {
      const message = `The connection ${name} is a ${roleWord(actual)}; a push goes ${side} a ${roleWord(role)}.`
      return [problem(configErrors.connection, { ...details, message })]
    }
    if (scope.usable.has(name)) return []
    return [unusable(name, place, scope.troubles.get(name) ?? [])]
  })
}

/** Told with the causes: who runs the sync sees them nowhere else. */
function unusable(name: string, place: Place, causes: readonly Problem[]): Problem {
  const told = causes.map(({ file, line, message }) => ` ${file}:${line ?? 1}: ${message}`)
  const message = `The connection ${name} has problems of its own.${told.join('')}`
  const [only, ...more] = causes
  const remedy =
    only === undefined || more.length > 0
      ? 'Correct the problems of the connection, listed with syncline.yaml.'
      : only.remedy
  return problem(configErrors.connection, { place, message, found: name, remedy })
}

function roleWord(role: ConnectionRole): string {
  return role === connectionRoles[0] ? 'CRM' : 'warehouse'
}

function combinationProblems(options: PushOptions, tree: Located): Problem[] {
  const { mode, removed_rows: removedRows, to, fields, associations } = options
  const problems: Problem[] = []
  const because = refusalOf(mode, removedRows, options.delete_adopted)
  if (because !== null) {
    const message = `\`mode: ${mode}\` does not go with \`removed_rows: ${removedRows}\`. ${because}`
    problems.push(problem(configErrors.mode, { place: placeAt(tree, ['removed_rows']), message }))
  }
  if (to.match === undefined && mode !== 'insert') {
    const message = `\`mode: ${mode}\` needs \`to.match\` to find existing records.`
    const place = placeAt(tree, ['to', 'match'])
    problems.push(
      problem(configErrors.missing, {
        place,
        message,
        expected: 'field: column',
        found: 'nothing',
      }),
    )
  }
  const written = Object.keys(fields).length + associations.length
  if (written === 0 && (mode === 'update' || to.match === undefined)) {
    const message = 'This sync would write nothing: it has neither fields nor associations.'
    problems.push(problem(configErrors.missing, { place: placeAt(tree, ['fields']), message }))
  }
  return problems
}

/** What is decided by the CRM's present value can not be decided without reading it. */
function unreadProblems(options: PushOptions, tree: Located): Problem[] {
  if (options.read_before) return []
  return Object.entries(options.fields).flatMap(([field, written]) => {
    if (typeof written === 'string') return []
    const needs = [
      ['write', written.write, 'always'],
      ['conflict', written.conflict, 'ours'],
    ] as const
    return needs.flatMap(([option, value, harmless]) => {
      if (value === harmless) return []
      const message = `\`${option}: ${value}\` needs the CRM's value, and \`read_before: false\` does not read it.`
      const place = placeAt(tree, ['fields', field, option])
      return [problem(configErrors.value, { place, message, expected: harmless, found: value })]
    })
  })
}

function associationProblems(options: PushOptions, tree: Located): Problem[] {
  const seen = new Set<string>()
  return options.associations.flatMap((one, index) => {
    const identity = JSON.stringify([one.to.toLowerCase(), one.label ?? null])
    if (!seen.has(identity)) {
      seen.add(identity)
      return []
    }
    const message = `The association to ${one.to} stands twice with the same label.`
    const place = keyPlaceAt(tree, ['associations', index])
    return [problem(configErrors.duplicate_field, { place, message, found: one.to })]
  })
}
