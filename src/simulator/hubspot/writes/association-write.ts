/** Making and breaking associations: the labels of a pair, the plain type that carries them, and those of a new record. */
import { badRequest } from '../wire/api-error.ts'
import type { End } from '../store/association-store.ts'
import type { AssociationType } from '../store/association-types.ts'
import type { Call } from '../request/call.ts'
import { numberField, objectsField, requiredObject, requiredText } from '../wire/json.ts'
import type { JsonObject } from '../../json.ts'
import type { ObjectType } from '../store/object-types.ts'
import type { Problem } from './problem.ts'

/** An association that a create asked for. */
export interface NewLink {
  readonly to: End
  readonly type: AssociationType
}

/** The `associations` of a create; the type id alone says what kind of record the target is. */
export function readNewLinks(
  call: Call,
  from: ObjectType,
  input: JsonObject,
): readonly NewLink[] | Problem {
  const links: NewLink[] = []
  for (const one of objectsField(input, 'associations') ?? []) {
    const id = requiredText(requiredObject(one, 'to'), 'id')
    for (const spec of objectsField(one, 'types') ?? []) {
      const typeId = numberField(spec, 'associationTypeId') ?? 0
      const type = call.portal.associationTypes.findFrom(from, typeId)
      const target = type === null ? null : call.portal.types.find(type.to)
      if (type === null || target === null) return invalidLink(`association type ${typeId}`)
      if (call.portal.table(target).active(id) === null) return invalidLink(`record ${id}`)
      links.push({ to: { type: type.to, id }, type })
    }
  }
  return links
}

function invalidLink(what: string): Problem {
  return {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: `One or more associations are not valid: ${what} does not exist`,
  }
}

export function linkNewRecord(call: Call, from: ObjectType, id: string, link: NewLink): void {
  associate(call, { type: from.id, id }, link.to, [link.type])
}

/** Adds types to a pair; the plain type always comes with the first label. */
export function associate(call: Call, from: End, to: End, types: readonly AssociationType[]): void {
  const { associations, associationTypes } = call.portal
  const [fromType, toType] = [call.portal.types.get(from.type), call.portal.types.get(to.type)]
  const plain = associationTypes.plain(fromType, toType)
  for (const type of [plain, ...types]) associations.add(from, to, type)
}

/** Removes labels; removing the plain type removes the whole association. */
export function dissociate(
  call: Call,
  from: End,
  to: End,
  types: readonly AssociationType[],
): void {
  if (types.some(({ label }) => label === null)) call.portal.associations.remove(from, to)
  else for (const type of types) call.portal.associations.removeType(from, to, type)
}

/** The types of a write, checked against the pair. */
export function readTypes(
  call: Call,
  from: ObjectType,
  to: ObjectType,
  specs: readonly JsonObject[],
): readonly AssociationType[] {
  if (specs.length === 0) throw badRequest('At least one association type is required')
  return specs.map((spec) => {
    const typeId = numberField(spec, 'associationTypeId') ?? 0
    const category = requiredText(spec, 'associationCategory')
    const type = call.portal.associationTypes.find(from, to, typeId)
    if (type === null || type.category !== category) {
      throw badRequest(
        `The association type ${category} ${typeId} is not valid between ${from.name} and ${to.name}`,
      )
    }
    return type
  })
}
