/** A Salesforce's dump as a history of one of its objects. */
import type { FieldValue } from '../../src/simulator/salesforce/store/records.ts'
import type { RecordState, SalesforceDump } from '../../src/simulator/salesforce/state.ts'
import type { WriteKind, WriteLogEntry } from '../../src/simulator/salesforce/store/write-log.ts'
import type { CrmHistory, HistoryEntry } from './crm-history.ts'
import type { Values } from './evidence.ts'

export interface JudgedObject {
  readonly name: string
  /** Names the key that a record was created for. */
  readonly keyField: string
  /** External ids, told apart without case. */
  readonly keys: readonly string[]
  /** A parent that is named by an external id of its own. */
  readonly parent?: ParentName
}

export interface ParentName {
  /** As the sync names it: `Account.Account_Key__c`. */
  readonly field: string
  /** The field that holds the parent's id, and the parent's object and external id. */
  readonly reference: string
  readonly object: string
  readonly key: string
}

const kinds = {
  create: 'create',
  update: 'update',
  delete: 'delete',
  undelete: 'restore',
  purge: 'purge',
} as const satisfies Record<WriteKind, HistoryEntry['kind']>

export function salesforceHistory(dump: SalesforceDump, object: JudgedObject): CrmHistory {
  const late = new Map(
    dump.faults
      .filter(({ kind }) => kind === 'apply_late')
      .map(({ requestId, at }) => [requestId, at]),
  )
  const texts = new Texts(dump, object)
  return {
    records: (dump.state.records[object.name] ?? []).flatMap(({ id, values, deletedAt = null }) =>
      id === undefined
        ? []
        : [{ id, values: texts.values(values), isGone: deletedAt !== null, isSurvivor: false }],
    ),
    redirects: {},
    log: dump.log
      .filter((entry) => entry.object === object.name)
      .map(({ seq, at, id, kind, source, changes, requestId }) => {
        const sentAt = late.get(requestId ?? '') ?? at
        return { seq, at, sentAt, id, kind: kinds[kind], source, changes: texts.changes(changes) }
      }),
    unendedJobs: dump.state.jobs
      .filter(({ content, endedAt }) => content !== null && endedAt === null)
      .map(({ spec }) => spec.id),
    keyField: object.keyField,
    kept: (field, text) => kept(object, field, text),
    identity: (field, text) => kept(object, field, text) ?? '',
    identities: (field, values) => [values[field] ?? ''].filter((value) => value !== ''),
  }
}

/** What fields hold, as texts. A reference is told by the external id that it leads to, too. */
class Texts {
  readonly #object: JudgedObject
  readonly #parents: ReadonlyMap<string, string>

  constructor(dump: SalesforceDump, object: JudgedObject) {
    this.#object = object
    this.#parents = parentNames(dump, object)
  }

  values(values: RecordState['values']): Values {
    return Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) =>
        this.#names(name).map((each) => [each, this.#text(each, value)]),
      ),
    )
  }

  changes(changes: WriteLogEntry['changes']): HistoryEntry['changes'] {
    return Object.fromEntries(
      Object.entries(changes).flatMap(([name, [before, after]]) =>
        this.#names(name).map(
          (each) => [each, [this.#text(each, before), this.#text(each, after)]] as const,
        ),
      ),
    )
  }

  #names(name: string): readonly string[] {
    const { parent } = this.#object
    return name === parent?.reference ? [name, parent.field] : [name]
  }

  #text(name: string, value: FieldValue | null): string | null {
    const text = value === null ? null : String(value)
    return name === this.#object.parent?.field
      ? (this.#parents.get(text ?? '') ?? null)
      : kept(this.#object, name, text)
  }
}

/** External ids of the parents, by their record ids. */
function parentNames(
  { state }: SalesforceDump,
  { parent }: JudgedObject,
): ReadonlyMap<string, string> {
  const records = parent === undefined ? [] : (state.records[parent.object] ?? [])
  return new Map(records.map(({ id, values }) => [id ?? '', String(values[parent?.key ?? ''])]))
}

/** Without blanks around it; nothing at all is empty. */
function kept({ keys }: JudgedObject, field: string, text: string | null): string | null {
  const trimmed = (text ?? '').trim()
  if (trimmed === '') return null
  return keys.includes(field) ? trimmed.toLowerCase() : trimmed
}
