/**
 * Which errors are documented for which endpoint: what the table is measured by. It knows nothing of the
 * local HubSpot and nothing of the rows that drive it.
 */

/** Errors that have to do with the caller, the account or the network, and not with what an endpoint is asked. */
export const commonErrors = [
  '401 unknown',
  '401 expired',
  '403',
  '414',
  '423',
  '429 burst',
  '429 daily',
  '429 search',
  '477',
  '500',
  '502',
  '503',
  '504',
  'page 502-504',
  'page 521-526',
] as const
export type CommonError = (typeof commonErrors)[number]

/**
 * Errors that have to do with what an endpoint is asked.
 * - `400 request`: it can't be read: something is missing, of the wrong form or kind, or names an object that isn't there.
 * - `400 property`: a property that does not exist. `400 value`: one that can't have the value.
 * - `400 key`: a property that identifies no record. `400 twice`: an id twice in one batch.
 * - `400 limit`: more than the endpoint takes or gives at once. `400 grant`: of the token endpoint, without `error`.
 * - `207`: some of a batch; `200 partly`: the same where no 207 is documented. `414 merges`: a record that was merged too often.
 */
export const ownErrors = [
  '200 partly',
  '207',
  '400 request',
  '400 property',
  '400 value',
  '400 key',
  '400 twice',
  '400 limit',
  '400 grant',
  '404',
  '409',
  '414 merges',
] as const
export type OwnError = (typeof ownErrors)[number]

const objects = '/crm/v3/objects/:type'
const properties = '/crm/v3/properties/:type'
const pair = '/crm/v4/objects/:type/:id/associations'
const between = '/crm/v4/associations/:type/:to'
const pipelines = '/crm/v3/pipelines/:type'
const stages = `${pipelines}/:pipeline/stages`

const ofBatchWrites: readonly OwnError[] = [
  '207',
  '400 request',
  '400 property',
  '400 value',
  '400 limit',
  '409',
]

const own: Readonly<Record<string, readonly OwnError[]>> = {
  [`GET ${objects}`]: ['400 request', '400 limit'],
  [`POST ${objects}`]: ['400 request', '400 property', '400 value', '409'],
  [`POST ${objects}/search`]: ['400 request', '400 property', '400 limit'],
  [`POST ${objects}/merge`]: ['400 request', '404', '414 merges'],
  [`POST ${objects}/gdpr-delete`]: ['400 request', '400 key'],
  [`GET ${objects}/:id`]: ['400 request', '400 key', '404'],
  [`PATCH ${objects}/:id`]: ['400 request', '400 property', '400 value', '400 key', '404', '409'],
  [`DELETE ${objects}/:id`]: ['400 request'],
  [`POST ${objects}/batch/read`]: ['207', '400 request', '400 key', '400 limit'],
  [`POST ${objects}/batch/create`]: ofBatchWrites,
  [`POST ${objects}/batch/update`]: [...ofBatchWrites, '400 key', '400 twice'],
  [`POST ${objects}/batch/upsert`]: [...ofBatchWrites, '400 key', '400 twice'],
  [`POST ${objects}/batch/archive`]: ['400 request', '400 limit'],

  [`GET ${properties}`]: ['400 request'],
  [`POST ${properties}`]: ['400 request', '400 limit', '409'],
  [`GET ${properties}/groups`]: ['400 request'],
  [`POST ${properties}/groups`]: ['400 request', '409'],
  [`GET ${properties}/groups/:name`]: ['400 request', '404'],
  [`PATCH ${properties}/groups/:name`]: ['400 request', '404'],
  [`DELETE ${properties}/groups/:name`]: ['400 request', '404'],
  [`POST ${properties}/batch/create`]: ['400 request', '400 limit', '409'],
  [`POST ${properties}/batch/read`]: ['207', '400 request', '400 limit'],
  [`POST ${properties}/batch/archive`]: ['400 request', '400 limit'],
  [`GET ${properties}/:name`]: ['400 request', '404'],
  [`PATCH ${properties}/:name`]: ['400 request', '404'],
  [`DELETE ${properties}/:name`]: ['400 request', '404'],

  'GET /crm/v3/owners': ['400 request', '400 limit'],
  'GET /crm/v3/owners/:id': ['404'],

  [`GET ${pair}/:to`]: ['400 request', '400 limit', '404'],
  [`PUT ${pair}/default/:to/:toId`]: ['400 request', '404'],
  [`PUT ${pair}/:to/:toId`]: ['400 request', '404'],
  [`DELETE ${pair}/:to/:toId`]: ['400 request'],
  [`POST ${between}/batch/read`]: ['207', '400 request', '400 limit'],
  [`POST ${between}/batch/create`]: ['207', '400 request', '400 limit'],
  [`POST ${between}/batch/associate/default`]: ['200 partly', '400 request', '400 limit'],
  [`POST ${between}/batch/archive`]: ['400 request', '400 limit'],
  [`POST ${between}/batch/labels/archive`]: ['400 request', '400 limit'],
  [`GET ${between}/labels`]: ['400 request'],
  [`POST ${between}/labels`]: ['400 request', '409'],
  [`PUT ${between}/labels`]: ['400 request', '404'],
  [`DELETE ${between}/labels/:typeId`]: ['400 request', '404'],
  'GET /crm/v3/associations/:type/:to/types': ['400 request'],

  [`GET ${pipelines}`]: ['400 request'],
  [`POST ${pipelines}`]: ['400 request'],
  [`GET ${pipelines}/:pipeline`]: ['400 request', '404'],
  [`PATCH ${pipelines}/:pipeline`]: ['400 request', '404'],
  [`DELETE ${pipelines}/:pipeline`]: ['400 request', '404'],
  [`GET ${stages}`]: ['400 request', '404'],
  [`POST ${stages}`]: ['400 request', '404'],
  [`GET ${stages}/:stage`]: ['400 request', '404'],
  [`PATCH ${stages}/:stage`]: ['400 request', '404'],
  [`DELETE ${stages}/:stage`]: ['400 request', '404'],

  ...schemas('/crm/v3/schemas'),
  ...schemas('/crm-object-schemas/v3/schemas'),

  'POST /oauth/:version/token': ['400 grant'],
  'POST /oauth/:version/token/revoke': ['400 grant'],
  'GET /oauth/v1/access-tokens/:token': ['404'],
  'GET /oauth/v1/refresh-tokens/:token': ['404'],
}

function schemas(base: string): Readonly<Record<string, readonly OwnError[]>> {
  return {
    [`POST ${base}`]: ['400 request', '409'],
    [`GET ${base}/:type`]: ['404'],
    [`PATCH ${base}/:type`]: ['400 request', '404'],
    [`DELETE ${base}/:type`]: ['400 request', '404'],
    [`POST ${base}/:type/associations`]: ['400 request'],
  }
}

/** What makes records or changes their values, of which very much at a time locks them. */
const upserts: readonly string[] = [
  `POST ${objects}`,
  `PATCH ${objects}/:id`,
  ...['create', 'update', 'upsert'].map((kind) => `POST ${objects}/batch/${kind}`),
]

/** What lists its results page by page. */
const paged: readonly string[] = [
  `GET ${objects}`,
  `POST ${objects}/search`,
  'GET /crm/v3/owners',
  `GET ${pair}/:to`,
  `POST ${between}/batch/read`,
]

/** Nobody is known there yet, so there is nobody's token, scope or limit. */
const isOpen = (route: string): boolean => route.includes(' /oauth/')
const isSearch = (route: string): boolean => route.endsWith('/search')

export const columns = ['2xx', 'pages', ...commonErrors, ...ownErrors] as const
export type Column = (typeof columns)[number]

/** Whether its answers to those who are let in tell of the rate limits. */
export function showsRates(route: string): boolean {
  return !isOpen(route) && !isSearch(route)
}

/** Whether an endpoint is documented to answer so. */
export function documents(route: string, column: Column): boolean {
  switch (column) {
    case 'pages':
      return paged.includes(route)
    case '401 unknown':
    case '401 expired':
    case '429 daily':
      return !isOpen(route)
    case '403':
      return !isOpen(route) && !route.includes(' /account-info/')
    case '423':
      return upserts.includes(route)
    case '429 burst':
      return !isOpen(route) && !isSearch(route)
    case '429 search':
      return isSearch(route)
    case '2xx':
    case '414':
    case '477':
    case '500':
    case '502':
    case '503':
    case '504':
    case 'page 502-504':
    case 'page 521-526':
      return true
    case '200 partly':
    case '207':
    case '400 request':
    case '400 property':
    case '400 value':
    case '400 key':
    case '400 twice':
    case '400 limit':
    case '400 grant':
    case '404':
    case '409':
    case '414 merges':
      return own[route]?.includes(column) ?? false
    default: {
      const unreachable: never = column
      return unreachable
    }
  }
}
