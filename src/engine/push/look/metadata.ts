/** The CRM's metadata joined with the sync's mapping, read once per run and only when needed. */
import { compileMapping } from '../../../core/mapping/compile.ts'
import {
  type Reference,
  referenceName,
  type ReferencesByName,
} from '../../../core/mapping/lookup.ts'
import {
  type CompiledMapping,
  type MappingProblem,
  identityOf,
} from '../../../core/mapping/mapping.ts'
import type { ObjectSchema } from '../../../model/field.ts'
import { nearest } from '../../../model/nearest.ts'
import type { Column } from '../../../model/value.ts'
import type { RunContext } from '../../context.ts'
import { describeObject } from './describe-object.ts'
import { pushErrors } from '../../errors.ts'
import { describeFailure } from '../../failures.ts'
import { requireMapped } from './required-fields.ts'

export async function readMapping(
  context: RunContext,
  columns: readonly Column[],
): Promise<CompiledMapping> {
  const { sync, connector } = context
  const schema = await describeObject(context, sync.object)
  const compiled = compileMapping({
    sync,
    schema,
    ownKey: connector.ownKey.name,
    columns,
    normalise: connector.normalise,
    references: await readReferences(context),
    lists: connector.lists,
  })
  if (!compiled.ok) throw mappingError(context, compiled.problems)
  requireIdentity(context, schema)
  requireMapped(sync, schema, connector)
  await requireTargets(context, compiled.mapping)
  await requireLabels(context)
  return compiled.mapping
}

/**
 * Never two records: who may create needs a field that the CRM enforces as unique and finds
 * consistently, so that an unanswered create can be looked up (promise 4).
 */
function requireIdentity({ sync, connector }: RunContext, schema: ObjectSchema): void {
  const ownKey = connector.ownKey.name
  if (sync.mode === 'update' || identityOf(sync, schema.fields, ownKey) !== null) return
  const unique = [...schema.fields.values()].filter((each) => each.unique && each.lookup)
  const names = unique.map((each) => each.name).join(', ')
  throw pushErrors.no_unique_field({
    message: `Sync ${sync.name} may create ${sync.object}, but ${sync.match === null ? 'it matches by no field' : `${sync.match.field} is not unique in the CRM`}, and ${sync.object} has no field ${ownKey}. Unique fields of ${sync.object}: ${names === '' ? 'none' : names}.`,
    place: sync.place,
  })
}

/** A target must be found the moment after it was created, or a child would miss its parent. */
async function requireTargets(context: RunContext, mapping: CompiledMapping): Promise<void> {
  const { sync, crm } = context
  for (const { target, field, association } of mapping.fields) {
    if (target === null) continue
    if (association !== null && crm.associations === null) {
      throw pushErrors.no_associations({
        message: `Sync ${sync.name}: ${sync.crm} keeps no associations apart from fields.`,
        place: sync.place,
      })
    }
    const schema = await describeObject(context, target.object)
    const found = schema.fields.get(target.field)
    if (found?.lookup === true && found.unique) continue
    const unique = [...schema.fields.values()].filter((each) => each.unique && each.lookup)
    const names = unique.map((each) => each.name).join(', ')
    throw pushErrors.target_not_unique({
      message: `Sync ${sync.name}: ${field.name} looks for ${target.object} by ${target.field}, which ${found === undefined ? 'does not exist' : 'is not unique in the CRM'}. Unique fields of ${target.object}: ${names === '' ? 'none' : names}.`,
      place: sync.place,
    })
  }
}

/** A label that is not there would be found out after the records were written. */
async function requireLabels(context: RunContext): Promise<void> {
  const { sync, crm } = context
  for (const { to, label } of sync.associations) {
    if (label === null || crm.associations === null) continue
    const labels = await describeFailure(context, crm.associations.labels(sync.object, to))
    const names = labels.map(referenceName)
    if (names.includes(referenceName(label))) continue
    const meant = nearest(label, labels)
    const known = labels.length === 0 ? 'There are none.' : `There are: ${labels.join(', ')}.`
    throw pushErrors.unknown_label({
      message: `Sync ${sync.name}: associations from ${sync.object} to ${to} have no label ${JSON.stringify(label)}${meant === null ? '.' : `; did you mean ${meant}?`} ${known}`,
      place: sync.place,
    })
  }
}

function mappingError(context: RunContext, problems: readonly MappingProblem[]): Error {
  const { sync } = context
  const lines = problems.map((problem) => `${problem.field}: ${explain(problem, context)}`)
  const code = problems[0]?.code ?? 'unknown_field'
  return pushErrors[code]({
    message: `Sync ${sync.name}: ${lines.join('; ')}`,
    place: sync.place,
  })
}

function explain(problem: MappingProblem, { sync }: RunContext): string {
  switch (problem.code) {
    case 'unknown_field': {
      const meant = nearest(problem.name, problem.candidates)
      return `${sync.object} has no such field${meant === null ? '' : `; did you mean ${meant}?`}`
    }
    case 'read_only':
      return 'the CRM lets nobody write this field'
    case 'create_only':
      return 'the CRM lets nobody write this field after the record was created, and the sync only updates'
    case 'mistyped':
      return `no value of this kind fits (${problem.name})`
    case 'unknown_column':
      return `the model has no column ${problem.name}`
    case 'unsupported_column':
      return `a column of type ${problem.name} can't be mapped`
    default:
      return problem.code satisfies never
  }
}

/** Name → entries for each field with a lookup, e.g. `owners.email`. */
async function readReferences(context: RunContext): Promise<CompiledMapping['references']> {
  const { sync, crm, connector } = context
  const references = new Map<string, ReferencesByName>()
  for (const mapping of sync.fields) {
    if (mapping.lookup === null) continue
    const [list, name] = mapping.lookup.split('.')
    if (list !== undefined && !connector.lists.includes(list)) continue
    if (list === undefined || name === undefined) throw unknownLookup(context, mapping.lookup)
    const entries = await describeFailure(context, crm.references(list, sync.object))
    const meant = new Map<string, Reference[]>()
    for (const entry of entries) {
      const called = entry.names[name]
      if (called === undefined || called === '') continue
      const key = referenceName(called)
      const reference = { id: entry.id, parent: entry.parent ?? null }
      meant.set(key, [...(meant.get(key) ?? []), reference])
    }
    references.set(mapping.field, meant)
  }
  return references
}

function unknownLookup({ sync }: RunContext, lookup: string): Error {
  return pushErrors.unknown_lookup({
    message: `Sync ${sync.name}: ${JSON.stringify(lookup)} names no list and name, like owners.email.`,
    place: sync.place,
  })
}
