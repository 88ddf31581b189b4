/** A Salesforce's dump as a history of one of its objects. */
import type { RecordState, SalesforceDump } from '../../src/simulator/salesforce/state.ts'
import type { WriteKind } from '../../src/simulator/salesforce/write-log.ts'
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
  const parents = parentNames(dump, object)
  const told = (values: RecordState['values']): Values => {
    const texts = Object.entries(values).flatMap(([name, value]) =>
      namesOf(object, name).map((told) => [told, textOf(object, parents, told, value)] as const),
    )
    return Object.fromEntries(texts)
  }
  return {
    records: (dump.state.records[object.name] ?? []).flatMap(({ id, values, deletedAt = null }) =>
      id === undefined
        ? []
        : [{ id, values: told(values), isGone: deletedAt !== null, isSurvivor: false }],
    ),
    redirects: {},
    log: dump.log
      .filter((entry) => entry.object === object.name)
      .map(({ seq, at, id, kind, source, changes, requestId }) => ({
        seq,
        at,
        sentAt: late.get(requestId ?? '') ?? at,
        id,
        kind: kinds[kind],
        source,
        changes: Object.fromEntries(
          Object.entries(changes).flatMap(([name, [before, after]]) =>
            namesOf(object, name).map((told) => {
              const text = (value: unknown): string | null => textOf(object, parents, told, value)
              return [told, [text(before), text(after)] as const] as const
            }),
          ),
        ),
      })),
    unendedJobs: dump.state.jobs
      .filter(({ content, endedAt }) => content !== null && endedAt === null)
      .map(({ spec }) => spec.id),
    keyField: object.keyField,
    kept: (field, text) => kept(object, field, text),
    identity: (field, text) => kept(object, field, text) ?? '',
    identities: (field, values) => [values[field] ?? ''].filter((value) => value !== ''),
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

/** What a field is called: a reference by the external id that it leads to, too. */
function namesOf({ parent }: JudgedObject, name: string): readonly string[] {
  return name === parent?.reference ? [name, parent.field] : [name]
}

function textOf(
  object: JudgedObject,
  parents: ReadonlyMap<string, string>,
  name: string,
  value: unknown,
): string | null {
  const text = value === null ? null : String(value)
  return name === object.parent?.field
    ? (parents.get(text ?? '') ?? null)
    : kept(object, name, text)
}

/** Without blanks around it; nothing at all is empty. */
function kept({ keys }: JudgedObject, field: string, text: string | null): string | null {
  const trimmed = (text ?? '').trim()
  if (trimmed === '') return null
  return keys.includes(field) ? trimmed.toLowerCase() : trimmed
}
