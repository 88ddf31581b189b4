/** Turns the validated options of a push into what the engine takes, and checks its names. */
import type { AssociationMapping, PushSync } from '../../model/sync.ts'
import { connectionProblems, type ConnectionScope } from '../syncs/connection-problems.ts'
import { configErrors } from '../errors.ts'
import { fieldMappings } from './field-mappings.ts'
import { guardsOf } from '../syncs/guards.ts'
import { keyPlaceAt, type Located, type Path, placeAt } from '../yaml/located.ts'
import { lookupProblems, type ReferenceLists } from './lookup-problems.ts'
import { refusalOf } from './mode-table.ts'
import { type ModelScope, modelSource, readProjectFile } from './model-source.ts'
import type { ObjectKeys } from '../syncs/object-keys.ts'
import type { PushOptions } from '../options/push-options.ts'
import { type Problem, problem } from '../problem.ts'
import type { RightTree } from '../validation/right-parts.ts'
import { scheduleProblems, schedulesOf } from '../syncs/schedules.ts'

export type PushScope = ModelScope &
  ConnectionScope & { readonly objectKey: ObjectKeys; readonly lists: ReferenceLists }

export interface BuiltPush {
  readonly sync: PushSync | null
  readonly problems: readonly Problem[]
}

export async function buildPush(
  name: string,
  options: PushOptions,
  { tree, isRight }: RightTree,
  scope: PushScope,
): Promise<BuiltPush> {
  const { mappings, problems: fieldProblems } = fieldMappings(options, tree)
  const model = await modelSource(options.from, tree, scope)
  const transform = await transformOf(options, tree, scope.directory)
  const wanted = [
    { side: 'from', name: options.from.connection, role: 'warehouse' },
    { side: 'to', name: options.to.connection, role: 'crm' },
  ] as const
  const problems = [
    ...connectionProblems('push', wanted, tree, scope),
    ...('code' in model ? [model] : []),
    ...fieldProblems,
    ...(isRight('to.connection', 'to.object') ? lookupProblems(options, tree, scope.lists) : []),
    ...(transform !== null && 'code' in transform ? [transform] : []),
    ...combinationProblems(options, { tree, isRight }),
    ...unreadProblems(options, tree),
    ...associationProblems(options, tree, scope.objectKey),
    ...scheduleProblems(options, tree),
  ]
  if ('code' in model || (transform !== null && 'code' in transform) || problems.length > 0) {
    return { sync: null, problems }
  }
  const sync: PushSync = {
    type: 'push',
    name,
    place: { file: tree.place.file },
    places: mappingPlaces(options, tree),
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
    schedules: schedulesOf(options.schedule),
    shared: options.shared,
    renamedFrom: options.renamed_from ?? null,
    bulkFrom: options.bulk_from === 'never' ? null : options.bulk_from,
    maxCallsPerDay: options.max_calls_per_day ?? null,
  }
  return { sync, problems }
}

function mappingPlaces(
  { to, fields, associations }: PushOptions,
  tree: Located,
): PushSync['places'] {
  const paths: readonly Path[] = [
    ['from', 'key'],
    ['to', 'object'],
    ...Object.keys(to.match ?? {}).map((field) => ['to', 'match', field]),
    ...Object.keys(fields).map((field) => ['fields', field]),
    ...associations.map((_, index) => ['associations', index]),
  ]
  return new Map(paths.map((path) => [path.join('.'), keyPlaceAt(tree, path)]))
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

function combinationProblems(options: PushOptions, { tree, isRight }: RightTree): Problem[] {
  const { mode, removed_rows: removedRows, to, fields, associations } = options
  const problems: Problem[] = []
  const because = refusalOf(mode, removedRows, options.delete_adopted)
  if (because !== null && isRight('mode', 'removed_rows', 'delete_adopted')) {
    const message = `\`mode: ${mode}\` does not go with \`removed_rows: ${removedRows}\`. ${because}`
    problems.push(problem(configErrors.mode, { place: placeAt(tree, ['removed_rows']), message }))
  }
  if (to.match === undefined && mode !== 'insert' && isRight('mode', 'to.match')) {
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
  const isKnown = isRight('mode', 'to.match', 'fields', 'associations')
  if (isKnown && written === 0 && (mode === 'update' || to.match === undefined)) {
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

function associationProblems(options: PushOptions, tree: Located, keyOf: ObjectKeys): Problem[] {
  const key = ({ to }: Association): string => keyOf(options.to.connection, to)
  return options.associations.flatMap((one, index) => {
    const earlier = options.associations.slice(0, index).filter((other) => key(other) === key(one))
    const message = repetition(one, earlier)
    if (message === null) return []
    const place = keyPlaceAt(tree, ['associations', index])
    return [problem(configErrors.duplicate_field, { place, message, found: one.to })]
  })
}

/** Labels of one pair of objects hang together, which is seen by the object's name alone. */
function repetition({ to, label }: Association, earlier: readonly Association[]): string | null {
  if (earlier.some((other) => other.label === label)) {
    return `The association to ${to} stands twice with the same label.`
  }
  const other = earlier.find((one) => one.to !== to)
  return other === undefined ? null : `The object ${to} is called ${other.to} above.`
}
