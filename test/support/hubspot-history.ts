/** A HubSpot's dump as a history of its contacts. */
import type { HubSpotDump } from '../../src/simulator/hubspot/state.ts'
import type { WriteKind } from '../../src/simulator/hubspot/store/write-log.ts'
import type { CrmHistory, HistoryEntry } from './crm-history.ts'
import type { Values } from './evidence.ts'

const contacts = '0-1'

const kinds = {
  create: 'create',
  update: 'update',
  archive: 'delete',
  restore: 'restore',
  merge: 'merge',
  purge: 'purge',
} as const satisfies Record<WriteKind, HistoryEntry['kind']>

export function hubspotHistory(dump: HubSpotDump): CrmHistory {
  const late = new Map(
    dump.faults
      .filter(({ kind }) => kind === 'apply_late')
      .map(({ requestId, at }) => [requestId, at]),
  )
  return {
    records: (dump.state.records[contacts] ?? []).flatMap(({ id, properties, archivedAt }) =>
      id === undefined
        ? []
        : [
            {
              id,
              values: properties,
              isGone: (archivedAt ?? null) !== null,
              isSurvivor: (properties['hs_merged_object_ids'] ?? null) !== null,
            },
          ],
    ),
    redirects: dump.state.redirects[contacts] ?? {},
    log: dump.log
      .filter(({ object }) => object === contacts)
      .map(({ seq, at, id, kind, source, changes, requestId }) => {
        const sentAt = late.get(requestId ?? '') ?? at
        return { seq, at, sentAt, id, kind: kinds[kind], source, changes }
      }),
    unendedJobs: [],
    keyField: 'jobtitle',
    kept: (field, text) => (field === 'email' ? address(text) : text),
    identity: (field, text) => {
      const value = field === 'email' ? address(text) : (text ?? '')
      return field === 'email' && !value.includes('@') ? '' : value
    },
    identities,
  }
}

/** In small letters, without blanks. */
function address(text: string | null): string {
  return (text ?? '').trim().toLowerCase()
}

/** An address may be one of a contact's others, too. */
function identities(field: string, values: Values): readonly string[] {
  const others = field === 'email' ? (values['hs_additional_emails'] ?? '').split(';') : []
  return [values[field] ?? '', ...others].filter((value) => value !== '')
}
