/** Mapped names and types that do not fit the CRM's object or the model, as the errors that tell of them. */
import { columnProblems } from '../../../core/mapping/compile.ts'
import { identityOf, mappedColumns, type MappingProblem } from '../../../core/mapping/mapping.ts'
import { placeOfColumn, placeOfField } from '../../../core/mapping/mapped-place.ts'
import { unmappedRequired } from '../../../core/mapping/required.ts'
import type { ObjectSchema } from '../../../model/field.ts'
import { nearest } from '../../../model/nearest.ts'
import type { PushSync } from '../../../model/sync.ts'
import type { Column } from '../../../model/value.ts'
import type { ConnectorTraits } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'
import type { Fault } from './faults.ts'

export function mappingFaults(
  sync: PushSync,
  problems: readonly MappingProblem[],
): readonly Fault[] {
  return problems.map((problem) => {
    // What is wrong with a value names its field itself.
    const where = problem.code === 'constant' ? '' : `${problem.field}: `
    const message = `Sync ${sync.name}: ${where}${explain(problem, sync)}`
    return {
      about: { object: sync.object, field: problem.field },
      error: pushErrors[problem.code]({
        message,
        place: placeOfField(sync, problem.field),
        ...remedyOf(problem),
      }),
    }
  })
}

/** A compound field is written by its parts. */
function remedyOf({ code, candidates }: MappingProblem): { readonly remedy?: string } {
  if (code !== 'read_only' || candidates.length === 0) return {}
  return { remedy: `Map its parts instead: ${candidates.join(', ')}.` }
}

function explain(problem: MappingProblem, { object }: PushSync): string {
  switch (problem.code) {
    case 'unknown_field': {
      const meant = nearest(problem.name, problem.candidates)
      return `${object} has no such field${meant === null ? '.' : `; did you mean ${meant}?`}`
    }
    case 'read_only':
      return 'the CRM lets nobody write this field.'
    case 'create_only':
      return 'the CRM lets nobody write this field after the record was created, and the sync only updates.'
    case 'mistyped':
      return `no value of this kind fits (${problem.name}).`
    case 'constant':
      return `${problem.name}.`
    case 'unknown_column':
    case 'unsupported_column':
      return explainColumn(problem)
    default:
      return problem.code satisfies never
  }
}

/**
 * Columns that the sync names and the model lacks, or that hold what no field can. What a transform gives is not known
 * before it runs: then it is the key alone.
 */
export function columnFaults(sync: PushSync, available: readonly Column[]): readonly Fault[] {
  const mapped = sync.transform === null ? mappedColumns(sync) : []
  const names = [...new Set([sync.key, ...mapped])]
  return columnProblems(names, available).map((problem) => {
    const { code } = problem
    const message = `Sync ${sync.name}: ${explainColumn(problem)}`
    const factory = code === 'unknown_column' ? 'unknown_column' : 'unsupported_column'
    const place = placeOfColumn(sync, problem.field)
    return { about: null, error: pushErrors[factory]({ message, place }) }
  })
}

function explainColumn({ code, field, name, candidates }: MappingProblem): string {
  if (code !== 'unknown_column') return `column ${field} is a ${name}, which is not taken as it is.`
  const meant = nearest(name, candidates)
  return `the model has no column ${JSON.stringify(name)}${meant === null ? '.' : `; did you mean ${JSON.stringify(meant)}?`} It has: ${candidates.join(', ')}.`
}

/** A create that lacks what the CRM demands is refused row by row: it is told once, by name. */
export function requiredFaults(
  sync: PushSync,
  schema: ObjectSchema,
  { ownKey }: Pick<ConnectorTraits, 'ownKey'>,
): readonly Fault[] {
  const names = unmappedRequired(sync, schema, ownKey.name)
  if (names.length === 0) return []
  const message = `Sync ${sync.name} may create ${sync.object}, and gives no value for what each new one must have: ${names.join(', ')}.`
  return [{ about: null, error: pushErrors.required_field({ message, place: sync.place }) }]
}

/**
 * Never two records: who may create needs a field that the CRM enforces as unique and finds
 * consistently, so that an unanswered create can be looked up (promise 4).
 */
export function identityFaults(
  sync: PushSync,
  schema: ObjectSchema,
  { ownKey: { name: ownKey } }: Pick<ConnectorTraits, 'ownKey'>,
): readonly Fault[] {
  if (sync.mode === 'update' || identityOf(sync, schema.fields, ownKey) !== null) return []
  const unique = [...schema.fields.values()].filter((each) => each.unique && each.lookup)
  const names = unique.map((each) => each.name).join(', ')
  const error = pushErrors.no_unique_field({
    message: `Sync ${sync.name} may create ${sync.object}, but ${sync.match === null ? 'it matches by no field' : `${sync.match.field} is not unique in the CRM`}, and ${sync.object} has no field ${ownKey}. Unique fields of ${sync.object}: ${names === '' ? 'none' : names}.`,
    place: sync.place,
  })
  return [{ about: null, error }]
}
