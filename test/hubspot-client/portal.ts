/** The portal in which every row of the table begins: small, with known ids, and something of everything. */
import type { PortalState } from '../../src/simulator/hubspot/state.ts'

const then = Date.parse('2026-03-10T12:00:00Z')
const never = 2 ** 52
const made = { archived: false, createdAt: then, updatedAt: then }

/** Tokens that the local HubSpot refuses, each for a reason of its own; `pat-local` is let in. */
export const tokens = {
  good: 'pat-local',
  unknown: 'pat-wrong',
  expired: 'access-of-the-past',
  withoutScopes: 'pat-nothing',
} as const

export const secrets = { clientId: 'app', clientSecret: 'secret', refreshToken: 'refresh-1' }

const appTokens = { clientId: secrets.clientId, userId: 9 }

function custom(id: string, name: string) {
  return {
    id,
    name,
    labels: { singular: name, plural: `${name}s` },
    required: [],
    searchable: [],
    primaryDisplayProperty: 'hs_object_id',
  }
}

const buyer = { category: 'USER_DEFINED', name: 'buyer', single: false } as const

function link(from: readonly [string, string], to: readonly [string, string]) {
  const [one, other] = [from, to].map(([object, id]) => ({ object, id }))
  if (one === undefined || other === undefined) return []
  return [
    { from: one, to: other },
    { from: other, to: one },
  ]
}

export const state: Partial<PortalState> = {
  privateApps: [{ token: tokens.withoutScopes, name: 'nothing', scopes: [] }],
  apps: [{ ...secrets, appId: 5, scopes: ['oauth'] }],
  refreshTokens: [{ token: secrets.refreshToken, ...appTokens }],
  accessTokens: [
    { token: 'access-1', ...appTokens, expiresAt: never },
    { token: tokens.expired, ...appTokens, expiresAt: then },
  ],
  codes: [
    { code: 'code-good', clientId: 'app', expiresAt: never, used: false },
    { code: 'code-used', clientId: 'app', expiresAt: never, used: true },
    { code: 'code-expired', clientId: 'app', expiresAt: then, used: false },
  ],
  customObjects: [custom('2-1', 'car'), custom('2-2', 'van')],
  groups: {
    contacts: [{ name: 'scores', label: 'Scores', displayOrder: 1, archived: false }],
  },
  properties: {
    contacts: [
      { name: 'key', type: 'string', fieldType: 'text', hasUniqueValue: true },
      { name: 'score', type: 'number', fieldType: 'number' },
      { name: 'since', type: 'date', fieldType: 'date' },
    ],
  },
  owners: [
    { id: '1', email: 'ann@x.com', firstName: 'Ann' },
    { id: '2', email: 'bob@x.com', firstName: 'Bob' },
  ],
  pipelines: {
    deals: [
      {
        ...made,
        id: 'extra',
        label: 'Extra',
        displayOrder: 1,
        stages: [{ ...made, id: 'open', label: 'Open', displayOrder: 0, metadata: {} }],
      },
    ],
  },
  records: {
    contacts: [
      { id: '1', properties: { email: 'a@x.com', key: 'k1' } },
      { id: '2', properties: { email: 'b@x.com', key: 'k2' } },
      { id: '3', properties: { email: 'c@x.com' } },
    ],
    companies: [
      { id: '11', properties: { name: 'Acme' } },
      { id: '12', properties: { name: 'Brick' } },
    ],
    car: [{ id: '31', properties: {} }],
  },
  associationTypes: [
    { ...buyer, from: '0-1', to: '0-2', typeId: 1001, inverseId: 1002, label: 'Buyer' },
    { ...buyer, from: '0-2', to: '0-1', typeId: 1002, inverseId: 1001, label: 'Buyer' },
  ],
  lastAssociationTypeId: 1002,
  associations: [
    ...link(['contacts', '1'], ['companies', '11']),
    ...link(['contacts', '1'], ['companies', '12']),
  ],
}

/** Company 11 with more contacts than one answer shows of one record. */
export const manyContacts: Partial<PortalState> = {
  records: {
    contacts: Array.from({ length: 500 }, (_, at) => ({ id: `${1000 + at}`, properties: {} })),
  },
  associations: Array.from({ length: 500 }, (_, at) =>
    link(['contacts', `${1000 + at}`], ['companies', '11']),
  ).flat(),
}
