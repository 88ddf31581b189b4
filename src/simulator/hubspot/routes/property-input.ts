/** Reads the definition of a new or changed property from a request, refusing what HubSpot refuses. */
import { badRequest, conflict } from '../wire/api-error.ts'
import { booleanField, numberField, objectsField, requiredText, textField } from '../wire/json.ts'
import type { JsonObject } from '../../json.ts'
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'
import {
  creatableTypes,
  defineProperty,
  fieldTypesOf,
  propertyTypes,
  sensitivities,
} from '../store/property-definition.ts'
import type { PropertyDefinition, PropertyOption } from '../store/property-definition.ts'

const mostUniqueProperties = 10

/** `usualGroup` stands in for a missing group; without it the group is required. */
export function readNewProperty(
  portal: Portal,
  type: ObjectType,
  body: JsonObject,
  now: number,
  usualGroup: string | null = null,
): PropertyDefinition {
  const name = requiredText(body, 'name')
  const groupName = textField(body, 'groupName') ?? usualGroup ?? requiredText(body, 'groupName')
  const label = requiredText(body, 'label')
  const given = requiredText(body, 'type')
  const fieldType = requiredText(body, 'fieldType')
  if (!/^[a-z][a-z0-9_]*$/.test(name) || name === 'constructor') {
    throw badRequest(`Property name "${name}" must match [a-z][a-z0-9_]*`)
  }
  const known = portal.properties.findAny(type, name)
  if (known !== null) throw conflict(takenMessage(name, known))
  const propertyType = propertyTypes.find((one) => one === given)
  if (propertyType === undefined || !creatableTypes.includes(given)) {
    throw badRequest(`Invalid property type: ${given}`)
  }
  if (!(fieldTypesOf[given] ?? []).includes(fieldType)) {
    throw badRequest(`The field type ${fieldType} is not valid for properties of type ${given}`)
  }
  if (!portal.properties.groups(type).has(groupName)) {
    throw badRequest(`Property group "${groupName}" does not exist`)
  }
  const hasUniqueValue = booleanField(body, 'hasUniqueValue') ?? false
  if (hasUniqueValue) refuseTooManyUnique(portal, type)
  const sensitivity = textField(body, 'dataSensitivity') ?? 'non_sensitive'
  return defineProperty({
    name,
    label,
    type: propertyType,
    fieldType,
    groupName,
    description: textField(body, 'description') ?? '',
    displayOrder: numberField(body, 'displayOrder') ?? -1,
    hidden: booleanField(body, 'hidden') ?? false,
    formField: booleanField(body, 'formField') ?? false,
    externalOptions: booleanField(body, 'externalOptions') ?? false,
    referencedObjectType: textField(body, 'referencedObjectType'),
    calculationFormula: textField(body, 'calculationFormula'),
    calculated: fieldType === 'calculation_equation',
    readOnlyValue: fieldType === 'calculation_equation',
    options: readOptions(body) ?? [],
    hasUniqueValue,
    sensitivity: sensitivities.find((one) => one === sensitivity) ?? 'non_sensitive',
    createdAt: now,
    updatedAt: now,
  })
}

/** Uniqueness, name and the values' type are fixed for good; options are replaced as a whole. */
export function readPropertyUpdate(
  definition: PropertyDefinition,
  body: JsonObject,
  now: number,
): PropertyDefinition {
  if (definition.readOnlyDefinition && body['options'] !== undefined) {
    throw badRequest(`The definition of property "${definition.name}" is read only`)
  }
  const fieldType = textField(body, 'fieldType') ?? definition.fieldType
  const given = textField(body, 'type') ?? definition.type
  const type = propertyTypes.find((one) => one === given)
  if (type === undefined || !(fieldTypesOf[given] ?? []).includes(fieldType)) {
    throw badRequest(`The field type ${fieldType} is not valid for properties of type ${given}`)
  }
  return {
    ...definition,
    type,
    fieldType,
    label: textField(body, 'label') ?? definition.label,
    groupName: textField(body, 'groupName') ?? definition.groupName,
    description: textField(body, 'description') ?? definition.description,
    displayOrder: numberField(body, 'displayOrder') ?? definition.displayOrder,
    hidden: booleanField(body, 'hidden') ?? definition.hidden,
    formField: booleanField(body, 'formField') ?? definition.formField,
    options: readOptions(body) ?? definition.options,
    updatedAt: now,
  }
}

function takenMessage(name: string, known: PropertyDefinition): string {
  return known.archivedAt === null
    ? `A property named '${name}' already exists.`
    : `A property named '${name}' was archived and its name is reserved for 90 days.`
}

function refuseTooManyUnique(portal: Portal, type: ObjectType): void {
  const unique = portal.properties.all(type).filter((one) => one.hasUniqueValue && !one.archivedAt)
  if (unique.length >= mostUniqueProperties) {
    throw badRequest(`At most ${mostUniqueProperties} unique properties are allowed per object`)
  }
}

function readOptions(body: JsonObject): readonly PropertyOption[] | null {
  const options = objectsField(body, 'options')
  if (options === null) return null
  return options.map((option, index) => ({
    value: requiredText(option, 'value'),
    label: requiredText(option, 'label'),
    description: textField(option, 'description') ?? '',
    displayOrder: numberField(option, 'displayOrder') ?? index,
    hidden: booleanField(option, 'hidden') ?? false,
  }))
}
