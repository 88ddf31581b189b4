/** Whether the records that a sync's values lead to can be found, and be linked under the labels it gives. */
import { associationName } from '../../../core/mapping/association.ts'
import { referenceName } from '../../../core/mapping/lookup.ts'
import { placeOfField } from '../../../core/mapping/mapped-place.ts'
import { type MappedTarget, mappedTargets } from '../../../core/mapping/targets.ts'
import type { ObjectSchema } from '../../../model/field.ts'
import { nearest } from '../../../model/nearest.ts'
import type { AssociationMapping } from '../../../model/sync.ts'
import type { Collaborators } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'
import { describeFailure } from '../errors/failures.ts'
import { describeObject } from './describe-object.ts'
import { asked, type Fault } from './faults.ts'

type Asking = Pick<Collaborators, 'sync' | 'crm' | 'connector'>

export async function targetFaults(context: Asking): Promise<readonly Fault[]> {
  const { sync, connector, crm } = context
  const schemas = new Map<string, Awaited<ReturnType<typeof describeTarget>>>()
  const faults: Fault[] = []
  const lists = connector.lists.map(({ name }) => name)
  for (const mapped of mappedTargets(sync, lists)) {
    const { association, target } = mapped
    if (association !== null && crm.associations === null) {
      faults.push({ about: null, error: noAssociations(context) })
      continue
    }
    const known = schemas.get(target.object)
    const described = known ?? (await describeTarget(context, mapped, lists))
    schemas.set(target.object, described)
    if (known === undefined) {
      faults.push(...described.faults.map(({ error }) => ({ about: target, error })))
    }
    if (described.value === null) continue
    faults.push(...uniquenessFaults(context, mapped, described.value))
    if (association !== null) faults.push(...(await labelFaults(context, association)))
  }
  return faults
}

function describeTarget(
  context: Asking,
  { field, association, target: { object } }: MappedTarget,
  lists: readonly string[],
) {
  const others = association === null ? lists : []
  const place = placeOfField(context.sync, field)
  return asked(() => describeObject(context, { object, place, lists: others }))
}

function noAssociations({ sync }: Asking): Fault['error'] {
  return pushErrors.no_associations({
    message: `Sync ${sync.name}: ${sync.crm} keeps no associations apart from fields.`,
    place: sync.place,
  })
}

/** A target must be found the moment after it was created, or a child would miss its parent. */
function uniquenessFaults(
  { sync }: Asking,
  { field, target }: MappedTarget,
  { fields }: ObjectSchema,
): readonly Fault[] {
  const found = fields.get(target.field)
  if (found?.lookup === true && found.unique) return []
  const unique = [...fields.values()].filter((each) => each.unique && each.lookup)
  const names = unique.map((each) => each.name).join(', ')
  const error = pushErrors.target_not_unique({
    message: `Sync ${sync.name}: ${field} looks for ${target.object} by ${target.field}, which ${found === undefined ? 'does not exist' : 'is not unique in the CRM'}. Unique fields of ${target.object}: ${names === '' ? 'none' : names}.`,
    place: placeOfField(sync, field),
  })
  return [{ about: { object: target.object, field: target.field }, error }]
}

/** A label that is not there would be found out after the records were written. */
async function labelFaults(
  context: Asking,
  association: AssociationMapping,
): Promise<readonly Fault[]> {
  const { to, label } = association
  const { crm, sync } = context
  const { associations } = crm
  if (label === null || associations === null) return []
  const { value: labels, faults } = await asked(() =>
    describeFailure(context, associations.labels(sync.object, to)),
  )
  if (labels === null || labels.map(referenceName).includes(referenceName(label))) return faults
  const meant = nearest(label, labels)
  const known = labels.length === 0 ? 'There are none.' : `There are: ${labels.join(', ')}.`
  const error = pushErrors.unknown_label({
    message: `Sync ${sync.name}: associations from ${sync.object} to ${to} have no label ${JSON.stringify(label)}${meant === null ? '.' : `; did you mean ${meant}?`} ${known}`,
    place: placeOfField(sync, associationName(association)),
  })
  return [{ about: null, error }]
}
