/** Objects and fields as describe shows them to a user: what the user may not see is not there. */
import { isCompoundType, numericTypes } from '../store/field.ts'
import type { FieldDefinition, FieldType } from '../store/field.ts'
import type { ObjectType } from '../store/object-type.ts'
import type { Org } from '../store/org.ts'
import type { Permissions } from '../store/permissions.ts'
import type {
  WireDescribe,
  WireField,
  WireObject,
  WirePicklistValue,
  WireRecordTypeInfo,
} from '../wire/wire.ts'

/** `base` is the versioned path, as in `/services/data/v67.0`. */
export function describeBriefly(
  type: ObjectType,
  permissions: Permissions,
  base: string,
): WireObject {
  const path = `${base}/sobjects/${type.name}`
  const readable = permissions.may(type, 'read')
  return {
    activateable: false,
    createable: permissions.may(type, 'create'),
    custom: type.custom,
    customSetting: false,
    deepCloneable: false,
    deletable: permissions.may(type, 'delete'),
    deprecatedAndHidden: false,
    feedEnabled: false,
    hasSubtypes: false,
    idEnabled: true,
    isInterface: false,
    isSubtype: false,
    keyPrefix: type.keyPrefix,
    label: type.label,
    labelPlural: type.labelPlural,
    layoutable: true,
    mergeable: ['Account', 'Contact'].includes(type.name),
    mruEnabled: true,
    name: type.name,
    queryable: readable,
    replicateable: true,
    retrieveable: readable,
    searchable: true,
    triggerable: true,
    undeletable: permissions.may(type, 'delete'),
    updateable: permissions.may(type, 'edit'),
    urls: { sobject: path, describe: `${path}/describe`, rowTemplate: `${path}/{ID}` },
  }
}

export function describeFully(
  org: Org,
  type: ObjectType,
  permissions: Permissions,
  base: string,
): WireDescribe {
  return {
    ...describeBriefly(type, permissions, base),
    actionOverrides: [],
    childRelationships: childRelationships(org, type, permissions),
    compactLayoutable: true,
    fields: type
      .fields()
      .filter((field) => permissions.sees(type, field))
      .map((field) => describeField(type, field, permissions)),
    listviewable: null,
    lookupLayoutable: null,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    recordTypeInfos: recordTypeInfos(org, type, base),
    searchLayoutable: true,
    supportedScopes: [{ label: `All ${type.labelPlural}`, name: 'everything' }],
  }
}

function childRelationships(org: Org, type: ObjectType, permissions: Permissions) {
  return org.types().flatMap((child) =>
    child
      .fields()
      .filter(({ referenceTo }) => referenceTo.includes(type.name))
      .filter((field) => permissions.may(child, 'read') && permissions.sees(child, field))
      .map((field) => ({
        cascadeDelete: field.cascadeDelete,
        childSObject: child.name,
        deprecatedAndHidden: false,
        field: field.name,
        junctionIdListNames: [],
        junctionReferenceTo: [],
        relationshipName: field.childRelationshipName,
        restrictedDelete: field.restrictedDelete,
      })),
  )
}

const masterRecordType = '012000000000000AAA'

function recordTypeInfos(org: Org, type: ObjectType, base: string): readonly WireRecordTypeInfo[] {
  const info = (id: string, name: string, developerName: string, master: boolean) => ({
    active: true,
    available: true,
    defaultRecordTypeMapping: master,
    developerName,
    master,
    name,
    recordTypeId: id,
    urls: { layout: `${base}/sobjects/${type.name}/describe/layouts/${id}` },
  })
  const own = [...org.tableOf('RecordType').all()].filter(
    ({ values, deletedAt }) => values['SobjectType'] === type.name && deletedAt === null,
  )
  return [
    ...own.map(({ id, values }) =>
      info(id, String(values['Name']), String(values['DeveloperName']), false),
    ),
    info(masterRecordType, 'Master', 'Master', true),
  ]
}

function describeField(
  type: ObjectType,
  field: FieldDefinition,
  permissions: Permissions,
): WireField {
  const writable = permissions.writes(type, field)
  const texts = hasLength(field.type)
  return {
    ...rarelyUsed,
    aggregatable: !isCompoundType(field.type),
    autoNumber: field.autoNumber,
    byteLength: texts ? field.length * 3 : 0,
    calculated: field.calculated,
    cascadeDelete: field.cascadeDelete,
    caseSensitive: field.caseSensitive,
    compoundFieldName: field.compoundFieldName,
    createable: field.createable && writable,
    custom: field.custom,
    defaultValue: field.defaultValue,
    defaultedOnCreate: field.defaultedOnCreate,
    digits: field.digits,
    encrypted: field.type === 'encryptedstring',
    externalId: field.externalId,
    filterable: field.type !== 'address' && field.type !== 'encryptedstring',
    groupable: !numericTypes.includes(field.type) && !isCompoundType(field.type),
    htmlFormatted: false,
    idLookup: field.idLookup,
    label: field.label,
    length: texts ? field.length : 0,
    name: field.name,
    nameField: field.nameField,
    nillable: field.nillable,
    permissionable: field.nillable && field.type !== 'id',
    picklistValues: field.values.map((value) => picklistValue(field, value)),
    precision: field.precision,
    queryByDistance: isCompoundType(field.type),
    referenceTo: field.referenceTo,
    relationshipName: field.relationshipName,
    restrictedDelete: field.restrictedDelete,
    restrictedPicklist: field.restrictedPicklist,
    scale: field.scale,
    soapType: soapType(field.type),
    sortable: !isCompoundType(field.type) && field.type !== 'multipicklist',
    type: field.type,
    unique: field.unique,
    updateable: field.updateable && writable,
  }
}

const rarelyUsed = {
  calculatedFormula: null,
  controllerName: null,
  defaultValueFormula: null,
  dependentPicklist: false,
  deprecatedAndHidden: false,
  displayLocationInDecimal: false,
  extraTypeInfo: null,
  filteredLookupInfo: null,
  highScaleNumber: false,
  inlineHelpText: null,
  mask: null,
  maskType: null,
  namePointing: false,
  polymorphicForeignKey: false,
  referenceTargetField: null,
  relationshipOrder: null,
  writeRequiresMasterRead: false,
}

function picklistValue({ defaultValue }: FieldDefinition, value: string): WirePicklistValue {
  return {
    active: true,
    defaultValue: value === defaultValue,
    label: value,
    validFor: null,
    value,
  }
}

function hasLength(type: FieldType): boolean {
  return soapType(type) === 'xsd:string' || soapType(type) === 'tns:ID'
}

function soapType(type: FieldType): string {
  switch (type) {
    case 'id':
    case 'reference':
      return 'tns:ID'
    case 'boolean':
    case 'int':
    case 'double':
    case 'date':
    case 'time':
      return `xsd:${type}`
    case 'currency':
    case 'percent':
      return 'xsd:double'
    case 'datetime':
      return 'xsd:dateTime'
    case 'address':
    case 'location':
      return `urn:${type}`
    case 'string':
    case 'textarea':
    case 'phone':
    case 'email':
    case 'url':
    case 'encryptedstring':
    case 'picklist':
    case 'multipicklist':
    case 'combobox':
      return 'xsd:string'
    default: {
      const unreachable: never = type
      return unreachable
    }
  }
}
