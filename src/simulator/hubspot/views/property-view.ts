/** How a property definition looks from outside. */
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'
import type { PropertyDefinition } from '../store/property-definition.ts'
import type { WireProperty } from '../wire/wire.ts'

export function viewProperty(
  portal: Portal,
  type: ObjectType,
  definition: PropertyDefinition,
): WireProperty {
  const { createdAt, updatedAt, archivedAt, calculationFormula, referencedObjectType } = definition
  const options = portal.optionsOf(type, definition)
  return {
    name: definition.name,
    label: definition.label,
    type: definition.type,
    fieldType: definition.fieldType,
    groupName: definition.groupName,
    description: definition.description,
    options,
    displayOrder: definition.displayOrder,
    calculated: definition.calculated,
    externalOptions: definition.externalOptions,
    hasUniqueValue: definition.hasUniqueValue,
    hidden: definition.hidden,
    hubspotDefined: definition.hubspotDefined,
    formField: definition.formField,
    dataSensitivity: definition.sensitivity,
    archived: archivedAt !== null,
    modificationMetadata: {
      archivable: !definition.hubspotDefined,
      readOnlyDefinition: definition.readOnlyDefinition,
      readOnlyOptions: definition.readOnlyDefinition,
      readOnlyValue: definition.readOnlyValue,
    },
    ...(calculationFormula === null ? {} : { calculationFormula }),
    ...(referencedObjectType === null ? {} : { referencedObjectType }),
    ...(createdAt === null ? {} : { createdAt: new Date(createdAt).toISOString() }),
    ...(updatedAt === null ? {} : { updatedAt: new Date(updatedAt).toISOString() }),
    ...(archivedAt === null ? {} : { archivedAt: new Date(archivedAt).toISOString() }),
  }
}
