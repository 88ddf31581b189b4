/** The record types of a portal: HubSpot's own, and the custom ones that its schemas add. */
import { badRequest } from '../wire/api-error.ts'

export interface ObjectType {
  /** `0-1`, or `2-NNN` for custom ones. */
  readonly id: string
  /** The name in paths: `contacts`; a custom object's own name. */
  readonly name: string
  readonly singular: string
  readonly fullyQualifiedName: string
  readonly labels: { readonly singular: string; readonly plural: string }
  readonly custom: boolean
  /** Properties a read returns without being asked. */
  readonly defaults: readonly string[]
  /** Holds the creation and the last modification; their names differ by type. */
  readonly createdProperty: string
  readonly modifiedProperty: string
  /** Properties a create must carry. */
  readonly required: readonly string[]
  readonly searchable: readonly string[]
  readonly primaryDisplayProperty: string
  /** Names of the pipeline and stage properties, where the type has pipelines. */
  readonly pipeline: { readonly pipeline: string; readonly stage: string } | null
}

function standard(
  id: string,
  name: string,
  singular: string,
  rest: Partial<ObjectType> & Pick<ObjectType, 'searchable'>,
): ObjectType {
  const createdProperty = rest.createdProperty ?? 'createdate'
  const modifiedProperty = rest.modifiedProperty ?? 'hs_lastmodifieddate'
  return {
    id,
    name,
    singular,
    fullyQualifiedName: singular.toUpperCase(),
    labels: { singular: title(singular), plural: title(name) },
    custom: false,
    createdProperty,
    modifiedProperty,
    required: [],
    primaryDisplayProperty: rest.searchable[0] ?? 'hs_object_id',
    pipeline: null,
    ...rest,
    defaults: [...(rest.defaults ?? []), createdProperty, modifiedProperty, 'hs_object_id'],
  }
}

function title(name: string): string {
  const spaced = name.replaceAll('_', ' ')
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

export const standardObjectTypes: readonly ObjectType[] = [
  standard('0-1', 'contacts', 'contact', {
    modifiedProperty: 'lastmodifieddate',
    defaults: ['firstname', 'lastname', 'email'],
    searchable: ['email', 'firstname', 'lastname', 'phone', 'company'],
  }),
  standard('0-2', 'companies', 'company', {
    defaults: ['name', 'domain'],
    searchable: ['name', 'domain', 'website', 'phone'],
  }),
  standard('0-3', 'deals', 'deal', {
    defaults: ['dealname', 'amount', 'closedate', 'pipeline', 'dealstage'],
    required: ['dealname', 'dealstage'],
    searchable: ['dealname', 'description'],
    pipeline: { pipeline: 'pipeline', stage: 'dealstage' },
  }),
  standard('0-5', 'tickets', 'ticket', {
    defaults: ['subject', 'content', 'hs_pipeline', 'hs_pipeline_stage', 'hs_ticket_priority'],
    required: ['subject', 'hs_pipeline_stage'],
    searchable: ['subject', 'content'],
    pipeline: { pipeline: 'hs_pipeline', stage: 'hs_pipeline_stage' },
  }),
  standard('0-7', 'products', 'product', {
    defaults: ['name', 'price', 'description'],
    searchable: ['name', 'description', 'hs_sku'],
  }),
  standard('0-8', 'line_items', 'line_item', {
    defaults: ['name', 'price', 'quantity', 'amount'],
    searchable: ['name', 'hs_sku'],
  }),
  standard('0-14', 'quotes', 'quote', {
    createdProperty: 'hs_createdate',
    defaults: ['hs_title'],
    searchable: ['hs_title'],
  }),
  standard('0-136', 'leads', 'lead', {
    createdProperty: 'hs_createdate',
    defaults: ['hs_lead_name'],
    searchable: ['hs_lead_name'],
  }),
]

export interface CustomObject {
  readonly id: string
  readonly name: string
  readonly labels: { readonly singular: string; readonly plural: string }
  readonly required: readonly string[]
  readonly searchable: readonly string[]
  readonly primaryDisplayProperty: string
}

export function customObjectType(custom: CustomObject, portalId: number): ObjectType {
  return {
    ...custom,
    singular: custom.name,
    fullyQualifiedName: `p${portalId}_${custom.name}`,
    custom: true,
    createdProperty: 'hs_createdate',
    modifiedProperty: 'hs_lastmodifieddate',
    defaults: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
    pipeline: null,
  }
}

/** Finds a type by any name the API takes: name, singular, id or fully qualified name. */
export class ObjectTypes {
  readonly #byAlias = new Map<string, ObjectType>()
  readonly #all = new Map<string, ObjectType>()

  constructor() {
    for (const type of standardObjectTypes) this.add(type)
  }

  add(type: ObjectType): void {
    this.#all.set(type.id, type)
    for (const alias of [type.id, type.name, type.singular, type.fullyQualifiedName]) {
      this.#byAlias.set(alias.toLowerCase(), type)
    }
  }

  remove(type: ObjectType): void {
    this.#all.delete(type.id)
    for (const [alias, found] of this.#byAlias)
      if (found.id === type.id) this.#byAlias.delete(alias)
  }

  find(name: string): ObjectType | null {
    return this.#byAlias.get(name) ?? this.#byAlias.get(name.toLowerCase()) ?? null
  }

  /** Refuses an unknown name the way the API does. */
  get(name: string): ObjectType {
    const type = this.find(name)
    if (type === null) throw badRequest(`Unable to infer object type from: ${name}`)
    return type
  }

  all(): readonly ObjectType[] {
    return [...this.#all.values()]
  }
}
