/** Turns the validated options of a pull into what the engine takes, and checks its names. */
import { fieldPattern, fitsPattern } from '../../model/name-pattern.ts'
import { nearest } from '../../model/nearest.ts'
import type { PullSync } from '../../model/sync.ts'
import { connectionProblems, type ConnectionScope } from '../syncs/connection-problems.ts'
import { configErrors } from '../errors.ts'
import { amountOf } from '../syncs/guards.ts'
import { type Located, placeAt } from '../yaml/located.ts'
import { durationMs } from '../options/duration.ts'
import type { PullOptions } from '../options/pull-options.ts'
import { type Problem, problem } from '../problem.ts'
import {
  pulledObjects,
  readableObjects,
  type SourceScope,
  tableTemplates,
} from './pulled-objects.ts'
import type { RightTree } from '../validation/right-parts.ts'
import { pullScheduleProblems, pullSchedules } from '../syncs/schedules.ts'
import { webhookProblems, type WebhookScope } from './webhook-problems.ts'

export interface PullScope extends ConnectionScope, SourceScope, WebhookScope {
  /** The project's own schema in every warehouse; null where it is not known. */
  readonly workingSchema: string | null
}

export interface BuiltPull {
  readonly sync: PullSync | null
  readonly problems: readonly Problem[]
}

export function buildPull(
  name: string,
  options: PullOptions,
  { tree, isRight }: RightTree,
  scope: PullScope,
): BuiltPull {
  const wanted = [
    { side: 'from', name: options.from.connection, role: 'crm' },
    { side: 'to', name: options.to.connection, role: 'warehouse' },
  ] as const
  const problems = [
    ...connectionProblems('pull', wanted, tree, scope),
    ...objectProblems(options, tree, scope),
    ...schemaProblems(options, tree, scope),
    ...(isRight('from') ? patternProblems(options, tree, scope) : []),
    ...secretProblems(options, tree),
    ...webhookProblems(options, tree, scope),
    ...pullScheduleProblems(options, { tree, isRight }),
    ...unreadProblems(options, tree, scope),
  ]
  if (problems.length > 0) return { sync: null, problems }
  const { fields } = options
  const sync: PullSync = {
    type: 'pull',
    name,
    place: { file: tree.place.file },
    tags: options.tags,
    crm: options.from.connection,
    objects: pulledObjects(options, scope).map((object) => object.name),
    warehouse: options.to.connection,
    schema: options.to.schema,
    tables: tableTemplates(options),
    history: { form: options.history.as, preset: options.history.preset },
    fields: {
      only: fields.only,
      exclude: fields.exclude,
      include: fields.include,
      hash: fields.hash,
      hashSecret: fields.hash.length === 0 ? null : (fields.hash_secret ?? null),
    },
    webhooks: options.capture.webhooks,
    wholeReadEveryMs: wholeReadEveryMs(options),
    trailingMs: durationMs(options.capture.trailing),
    schedules: pullSchedules(options),
    maxDeletes: amountOf(options.guards.max_deletes),
    after: options.after,
    renamedFrom: options.renamed_from ?? null,
  }
  return { sync, problems }
}

const defaultWholeReadEvery = '7d'

function wholeReadEveryMs({ capture: { reconcile } }: PullOptions): number | null {
  const { cron, every } = reconcile
  if (every === undefined && cron !== undefined) return null
  return durationMs(every ?? defaultWholeReadEvery)
}

/** What is only sent can't be read again. */
function unreadProblems(
  { capture, from }: PullOptions,
  tree: Located,
  { kinds, sources }: PullScope,
): Problem[] {
  const type = kinds?.get(from.connection)?.type ?? ''
  if (sources.get(type)?.reads !== false || capture.reconcile.cron === undefined) return []
  const place = placeAt(tree, ['capture', 'reconcile', 'cron'])
  const message = `A connection of the type ${type} can not be read: it only receives.`
  const remedy = 'Leave `reconcile` out.'
  return [problem(configErrors.unsupported, { place, message, remedy })]
}

function objectProblems(options: PullOptions, tree: Located, scope: PullScope): Problem[] {
  const known = readableObjects(options, scope)?.map((object) => object.name) ?? null
  const { objects: names = [] } = options.from
  return names.flatMap((name, index) => {
    const place = placeAt(tree, ['from', 'objects', index])
    if (names.indexOf(name) < index) {
      const message = `The object ${name} stands twice.`
      return [problem(configErrors.duplicate_object, { place, message, found: name })]
    }
    return known === null || known.includes(name) ? [] : [unknownObject(name, place, known)]
  })
}

function unknownObject(
  name: string,
  place: ReturnType<typeof placeAt>,
  known: readonly string[],
): Problem {
  return problem(configErrors.value, {
    place,
    message: `There is no object ${name} to pull.`,
    expected: `one of ${known.join(', ')}`,
    found: name,
    nearest: nearest(name, known),
  })
}

/** Warehouses differ in whether they tell capitals apart; people don't. */
function schemaProblems(options: PullOptions, tree: Located, scope: PullScope): Problem[] {
  const { schema } = options.to
  if (schema.toLowerCase() !== scope.workingSchema?.toLowerCase()) return []
  return [
    problem(configErrors.value, {
      place: placeAt(tree, ['to', 'schema']),
      message: `The schema ${schema} is the working schema, which Syncline keeps for itself.`,
      expected: 'another schema',
      found: schema,
    }),
  ]
}

const choices = ['only', 'exclude', 'include', 'hash'] as const

/** A pattern of no object would quietly let pass what somebody meant to keep out. */
function patternProblems(options: PullOptions, tree: Located, scope: PullScope): Problem[] {
  const objects = pulledObjects(options, scope).map((object) => object.name)
  if (objects.length === 0) return []
  return choices.flatMap((choice) =>
    options.fields[choice].flatMap((pattern, index) => {
      const { object } = fieldPattern(pattern)
      if (objects.some((one) => fitsPattern(object, one))) return []
      const place = placeAt(tree, ['fields', choice, index])
      const message = `\`${pattern}\` is of no object that this sync pulls.`
      const expected = `one of ${objects.join(', ')} before the point`
      const meant = nearest(object, objects)
      return [
        problem(configErrors.value, { place, message, expected, found: pattern, nearest: meant }),
      ]
    }),
  )
}

function secretProblems({ fields }: PullOptions, tree: Located): Problem[] {
  if (fields.hash.length === 0 || fields.hash_secret !== undefined) return []
  return [
    problem(configErrors.missing, {
      place: placeAt(tree, ['fields', 'hash_secret']),
      message: '`hash` needs a `hash_secret`, the key of the hashes.',
      expected: 'a reference such as ${env:HASH_SECRET}',
      found: 'nothing',
    }),
  ]
}
