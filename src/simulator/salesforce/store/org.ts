/** One org: its objects, records, users and rules, in memory. */
import { simulatorErrors } from '../../errors.ts'
import { IngestJobs } from './ingest-jobs.ts'
import type { FieldInput } from './field.ts'
import { defineField } from './field.ts'
import { keyPrefixOf, makeId, numberInId } from './ids.ts'
import { isSetup, ObjectType } from './object-type.ts'
import type { ObjectDefinition } from './object-type.ts'
import { Permissions } from './permissions.ts'
import type { UserPermissions } from './permissions.ts'
import { RecordTable } from './records.ts'
import type { StoredRecord } from './records.ts'
import { RowLocks } from './row-locks.ts'
import type { DuplicateRule, ValidationRule } from './rules.ts'
import { Sessions } from './sessions.ts'
import { customObjectFields, standardObjects } from './standard-objects.ts'
import { WriteLog } from '../../write-log.ts'
import type { OrgLog } from './write-log.ts'

const kilobytesOfRecord = 2

export interface OrgSetup {
  readonly orgId: string
  readonly keepLog: boolean
}

/** Given back by `begin`; a transaction ends with one of them. */
export interface Transaction {
  commit(): void
  rollBack(): void
}

export class Org {
  readonly id: string
  readonly sessions: Sessions
  readonly log: OrgLog
  readonly locks = new RowLocks()
  readonly jobs = new IngestJobs()
  readonly permissions = new Map<string, UserPermissions>()
  validationRules: readonly ValidationRule[] = []
  duplicateRules: readonly DuplicateRule[] = []
  /** What was put into the schema on top of the standard one, to be put in again. */
  readonly customObjects = new Map<string, ObjectDefinition>()
  readonly addedFields = new Map<string, FieldInput[]>()
  apiEnabled = true
  /** Whether the API is off for a while. */
  apiPaused = false
  /** Room for data; null has no end. */
  dataStorageMB: number | null = null
  lastNumber = 0
  /** When objects or fields last changed; what users may see of them does not count. */
  schemaChangedAt = 0
  readonly #types = new Map<string, ObjectType>()
  readonly #typesByPrefix = new Map<string, ObjectType>()
  readonly #tables = new Map<string, RecordTable>()
  /** The steps back of each open transaction, the innermost last. */
  readonly #open: (() => void)[][] = []

  constructor({ orgId, keepLog }: OrgSetup) {
    this.id = orgId
    this.sessions = new Sessions(orgId)
    this.log = new WriteLog(keepLog)
    for (const definition of standardObjects) this.#add(definition, definition.keyPrefix ?? '')
  }

  /** Adds a custom object; one of the same name is replaced, its records go. */
  defineObject(definition: ObjectDefinition): void {
    const known = this.customObjects.size
    const keyPrefix = definition.keyPrefix ?? `a${String(known).padStart(2, '0')}`
    const names = new Set(definition.fields.map(({ name }) => name))
    const usual = customObjectFields.filter(({ name }) => !names.has(name))
    this.customObjects.set(definition.name, { ...definition, keyPrefix })
    this.#add({ ...definition, fields: [...usual, ...definition.fields] }, keyPrefix)
  }

  /** Adds a field to an object, or replaces the one of that name. */
  defineField(type: ObjectType, field: FieldInput): void {
    type.define(defineField(field))
    const added = this.addedFields.get(type.name) ?? []
    this.addedFields.set(type.name, [...added.filter(({ name }) => name !== field.name), field])
  }

  types(): readonly ObjectType[] {
    return [...this.#types.values()]
  }

  findType(name: string): ObjectType | null {
    return this.#types.get(name.toLowerCase()) ?? null
  }

  typeOfId(id: string): ObjectType | null {
    return this.#typesByPrefix.get(keyPrefixOf(id)) ?? null
  }

  table(type: ObjectType): RecordTable {
    const table = this.#tables.get(type.name)
    if (table === undefined) throw simulatorErrors.seed({ message: `${type.name} has no records` })
    return table
  }

  tableOf(name: string): RecordTable {
    const type = this.findType(name)
    if (type === null) throw simulatorErrors.seed({ message: `there is no object ${name}` })
    return this.table(type)
  }

  findRecord(id: string): StoredRecord | null {
    const type = this.typeOfId(id)
    return type === null ? null : this.table(type).get(id)
  }

  permissionsOf(userId: string): Permissions {
    return new Permissions(this.permissions.get(this.username(userId)) ?? {})
  }

  /** The user that comes with the org. */
  adminId(): string {
    return makeId(this.tableOf('User').type.keyPrefix, 1)
  }

  username(userId: string): string {
    return String(this.tableOf('User').get(userId)?.values['Username'] ?? '')
  }

  newId(type: ObjectType): string {
    this.lastNumber += 1
    return makeId(type.keyPrefix, this.lastNumber)
  }

  /** Of records, each counted alike, whatever is in it; users and record types take no room. */
  usedStorageMB(): number {
    const tables = [...this.#tables.values()].filter(({ type }) => !isSetup(type.name))
    const records = tables.reduce((sum, { size }) => sum + size, 0)
    return (records * kilobytesOfRecord) / 1024
  }

  isFull(): boolean {
    return this.dataStorageMB !== null && this.usedStorageMB() >= this.dataStorageMB
  }

  /** No id given out later is this one. */
  claimId(id: string): void {
    this.lastNumber = Math.max(this.lastNumber, numberInId(id))
  }

  /** Puts a version of a record; inside a transaction it can be taken back. */
  put(type: ObjectType, record: StoredRecord): void {
    const table = this.table(type)
    const before = table.get(record.id)
    this.#open.at(-1)?.push(() => (before === null ? table.remove(record.id) : table.put(before)))
    table.put(record)
  }

  /** May be nested: what an inner one commits the outer one can still take back. */
  begin(): Transaction {
    const undo: (() => void)[] = []
    const mark = this.log.mark()
    this.#open.push(undo)
    return {
      commit: () => {
        this.#open.pop()
        this.#open.at(-1)?.push(...undo)
      },
      rollBack: () => {
        this.#open.pop()
        for (const step of undo.toReversed()) step()
        this.log.backTo(mark)
      },
    }
  }

  #add(definition: ObjectDefinition, keyPrefix: string): void {
    const type = new ObjectType(definition, keyPrefix)
    const replaced = this.findType(type.name)
    if (replaced !== null) this.#typesByPrefix.delete(replaced.keyPrefix)
    this.#types.set(type.name.toLowerCase(), type)
    this.#typesByPrefix.set(keyPrefix, type)
    this.#tables.set(type.name, new RecordTable(type))
  }
}
