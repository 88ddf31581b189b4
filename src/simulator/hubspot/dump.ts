/** Takes the whole state of a portal out, so that `seedPortal` puts the same back. */
import type { Portal } from './store/portal.ts'
import type { RecordTable } from './store/records.ts'
import type { PortalState, RecordState } from './state.ts'
import { standardProperties } from './store/standard-properties.ts'

export function dumpPortal(portal: Portal, dailyUsed: number): PortalState {
  const { tokens } = portal
  const types = portal.types.all()
  const byType = <T>(read: (type: (typeof types)[number]) => T, isEmpty: (value: T) => boolean) =>
    Object.fromEntries(
      types.map((type) => [type.id, read(type)] as const).filter(([, value]) => !isEmpty(value)),
    )
  return {
    privateApps: [...tokens.privateApps.values()],
    apps: [...tokens.apps.values()],
    refreshTokens: [...tokens.refreshTokens.values()],
    accessTokens: [...tokens.accessTokens.values()],
    codes: [...tokens.codes.values()],
    customObjects: [...portal.customObjects.values()],
    properties: byType(
      (type) => {
        const standard = new Set(standardProperties(type).map(({ name }) => name))
        return portal.properties.all(type).filter(({ name }) => !standard.has(name))
      },
      (definitions) => definitions.length === 0,
    ),
    groups: byType(
      (type) => [...portal.properties.groups(type).values()],
      (groups) => groups.length <= 1,
    ),
    owners: portal.owners.all(),
    pipelines: Object.fromEntries(portal.pipelines.entries()),
    records: byType(
      (type) => dumpRecords(portal.table(type)),
      (records) => records.length === 0,
    ),
    redirects: byType(
      (type) => Object.fromEntries(portal.table(type).redirects()),
      (redirects) => Object.keys(redirects).length === 0,
    ),
    associationTypes: portal.associationTypes.defined(),
    associations: portal.associations.all().map(({ from, to, typeIds }) => ({
      from: { object: from.type, id: from.id },
      to: { object: to.type, id: to.id },
      typeIds,
    })),
    blockedEmails: [...portal.blockedEmails],
    dailyUsed,
    lastId: portal.lastId,
    lastAssociationTypeId: portal.associationTypes.lastId,
  }
}

function dumpRecords(table: RecordTable): readonly RecordState[] {
  return [...table.all()].map(({ id, values, createdAt, updatedAt, archivedAt }) => ({
    id,
    properties: values,
    createdAt,
    updatedAt,
    archivedAt,
  }))
}
