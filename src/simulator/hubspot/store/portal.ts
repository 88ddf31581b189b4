/** The state of one HubSpot account: everything the API reads and writes, and nothing of HTTP. */
import { AssociationStore } from './association-store.ts'
import { AssociationTypes } from './association-types.ts'
import {
  type CustomObject,
  customObjectType,
  type ObjectType,
  ObjectTypes,
} from './object-types.ts'
import { Owners } from './owners.ts'
import { Pipelines } from './pipelines.ts'
import type { PropertyDefinition, PropertyOption } from './property-definition.ts'
import { PropertyStore } from './property-store.ts'
import { RecordTable } from './records.ts'
import { Tokens } from './tokens.ts'
import { WriteLog } from '../../write-log.ts'
import type { PortalLog } from './write-log.ts'

export interface PortalSettings {
  readonly portalId: number
  readonly timeZone: string
  readonly createdAt: number
  readonly keepLog: boolean
  readonly random: () => number
}

export class Portal {
  readonly id: number
  readonly timeZone: string
  readonly createdAt: number
  readonly types = new ObjectTypes()
  readonly properties = new PropertyStore()
  readonly owners = new Owners()
  readonly pipelines: Pipelines
  readonly associationTypes = new AssociationTypes()
  readonly associations = new AssociationStore()
  readonly tokens: Tokens
  readonly log: PortalLog
  readonly customObjects = new Map<string, CustomObject>()
  /** Addresses that were erased for good and may not come back. */
  readonly blockedEmails = new Set<string>()
  readonly #tables = new Map<string, RecordTable>()
  #lastId = 10_000_000
  #searchLagMs = 0

  constructor(settings: PortalSettings) {
    this.id = settings.portalId
    this.timeZone = settings.timeZone
    this.createdAt = settings.createdAt
    this.pipelines = new Pipelines(settings.createdAt)
    this.tokens = new Tokens(settings.random)
    this.log = new WriteLog(settings.keepLog)
  }

  get lastId(): number {
    return this.#lastId
  }

  nextId(): string {
    this.#lastId += 1
    return String(this.#lastId)
  }

  /** Keeps new ids above one that came from outside. */
  claimId(id: string): void {
    this.#lastId = Math.max(this.#lastId, Number(id))
  }

  set searchLagMs(ms: number) {
    this.#searchLagMs = ms
    for (const table of this.#tables.values()) table.search.lagMs = ms
  }

  table(type: ObjectType): RecordTable {
    let table = this.#tables.get(type.id)
    if (table === undefined) {
      table = new RecordTable()
      table.search.lagMs = this.#searchLagMs
      if (type.id === '0-1') table.addUniqueProperty('email')
      this.#tables.set(type.id, table)
      for (const definition of this.properties.all(type)) {
        if (definition.hasUniqueValue) table.addUniqueProperty(definition.name)
      }
    }
    return table
  }

  defineProperty(type: ObjectType, definition: PropertyDefinition): void {
    this.properties.put(type, definition)
    if (definition.hasUniqueValue) this.table(type).addUniqueProperty(definition.name)
  }

  defineObject(custom: CustomObject): ObjectType {
    const type = customObjectType(custom, this.id)
    this.customObjects.set(custom.id, custom)
    this.types.add(type)
    return type
  }

  /** Options as the API shows them: those of pipelines and stages follow the pipelines. */
  optionsOf(type: ObjectType, definition: PropertyDefinition): readonly PropertyOption[] {
    const part = pipelinePart(type, definition)
    if (part === null) return definition.options
    const pipelines = this.pipelines.of(type.id)
    const entries = part === 'pipeline' ? pipelines : pipelines.flatMap(({ stages }) => stages)
    return entries.map(({ id, label, displayOrder }) => ({
      value: id,
      label,
      description: '',
      displayOrder,
      hidden: false,
    }))
  }

  /** Whether `value` may stand in the enumeration. */
  hasOption(type: ObjectType, definition: PropertyDefinition, value: string): boolean {
    if (definition.referencedObjectType === 'OWNER') {
      const owner = this.owners.get(value)
      return owner !== null && !owner.archived
    }
    if (definition.externalOptions) return true
    const part = pipelinePart(type, definition)
    if (part === 'pipeline') return this.pipelines.of(type.id).some(({ id }) => id === value)
    if (part === 'stage') return this.pipelines.stage(type.id, value) !== null
    if (definition.name.startsWith('hs_') && definition.readOnlyValue) return true
    return this.properties.hasOption(definition, value)
  }
}

function pipelinePart(type: ObjectType, { name }: PropertyDefinition): 'pipeline' | 'stage' | null {
  if (type.pipeline === null) return null
  if (name === type.pipeline.pipeline) return 'pipeline'
  return name === type.pipeline.stage ? 'stage' : null
}
