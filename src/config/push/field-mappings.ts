/** The `fields` of a push as the engine takes them. */
import type { FieldMapping } from '../../model/sync.ts'
import { describeFound } from '../validation/describe-found.ts'
import { configErrors } from '../errors.ts'
import { keyPlaceAt, type Located, nodeAt, placeAt } from '../yaml/located.ts'
import type { FieldOptions, PushOptions } from '../options/push-options.ts'
import { fieldDefaults } from '../options/push-options.ts'
import { type Problem, problem } from '../problem.ts'
import { timeZoneProblem } from '../syncs/time-zone.ts'

export interface FieldMappings {
  readonly mappings: readonly FieldMapping[]
  readonly problems: readonly Problem[]
}

export function fieldMappings(options: PushOptions, tree: Located): FieldMappings {
  const mappings: FieldMapping[] = []
  const problems: Problem[] = []
  const taken = new Map<string, string>()
  for (const field of Object.keys(options.to.match ?? {}))
    taken.set(field.toLowerCase(), 'to.match')
  for (const [field, written] of Object.entries(options.fields)) {
    const place = keyPlaceAt(tree, ['fields', field])
    // CRMs do not tell upper and lower case apart in field names.
    const other = taken.get(field.toLowerCase())
    if (other !== undefined)
      problems.push(problem(configErrors.duplicate_field, twice(field, other, place)))
    taken.set(field.toLowerCase(), `fields.${field}`)
    const mapping = fieldMapping(field, written, tree)
    if ('code' in mapping) problems.push(mapping)
    else mappings.push(mapping)
  }
  return { mappings, problems }
}

function twice(field: string, other: string, place: ReturnType<typeof keyPlaceAt>) {
  const byMatch = other === 'to.match'
  const message = byMatch
    ? `The match field ${field} is written from the column of \`to.match\` already.`
    : `The field ${field} is written by \`${other}\` already.`
  return { place, message, found: field }
}

function fieldMapping(
  field: string,
  written: string | FieldOptions,
  tree: Located,
): FieldMapping | Problem {
  const options = typeof written === 'string' ? { ...fieldDefaults, column: written } : written
  const zone = options.time_zone ?? null
  const unknownZone =
    zone === null ? null : timeZoneProblem(zone, tree, ['fields', field, 'time_zone'])
  if (unknownZone !== null) return unknownZone
  const source = fieldSource(field, options, tree)
  if ('code' in source) return source
  return {
    field,
    source,
    write: options.write,
    nulls: options.nulls,
    conflict: options.conflict,
    lookup: options.lookup ?? null,
    timeZone: zone,
    sensitive: options.sensitive,
  }
}

/** A constant is the text in the file: 007, 1.10 and 2^64 are not numbers here (promise 5). */
function fieldSource(
  field: string,
  options: FieldOptions,
  tree: Located,
): FieldMapping['source'] | Problem {
  if (options.column !== undefined) return { from: 'column', column: options.column }
  const node = nodeAt(tree, ['fields', field, 'value'])
  if (node?.kind === 'scalar') {
    if (typeof node.value === 'string') return { from: 'constant', value: node.value }
    if (node.source !== '') {
      return { from: 'constant', value: node.value === null ? null : node.source }
    }
  }
  return problem(configErrors.missing, {
    place: placeAt(tree, ['fields', field, 'value']),
    message: 'The constant is missing.',
    expected: "a text, or null for the CRM's empty",
    found: describeFound(node),
  })
}
