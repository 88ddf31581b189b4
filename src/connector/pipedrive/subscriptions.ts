/**
 * Webhooks of the format 2.0, which are managed through the first version. One for each object, with all that
 * happens to it: `*` for the object would bring what nobody pulls, and one ban would silence them all.
 */
import type {
  Delivery,
  Subscription,
  SubscriptionAuth,
  WantedSubscription,
} from '../../model/subscription.ts'
import { instantInUtc } from '../../core/change/instant.ts'
import { NumberText } from '../../core/change/json-value.ts'
import { RequestFailure } from '../connector.ts'
import { type Json, textIn, unreadable } from '../http/json.ts'
import type { HttpResponse } from '../http/transport.ts'
import { ask, bodyOf, dataList, dataObject, idIn, type PipedriveApi, tell } from './api.ts'
import { objectNamed, objectOfEntity } from './objects.ts'

const path = '/api/v1/webhooks'
const version = '2.0'
const every = '*'
const scopes = ['admin']

/** In no pages, and those of others included. */
export function listSubscriptions(api: PipedriveApi): Promise<readonly Subscription[]> {
  return ask(api, {
    path,
    endpoint: `GET ${path}`,
    scopes,
    cost: 0,
    parse: (answer) => recordsIn(answer).map((record) => toSubscription(record, answer)),
  })
}

export function createSubscription(
  api: PipedriveApi,
  { object, name, url, auth }: WantedSubscription,
): Promise<Subscription> {
  return tell(api, {
    method: 'POST',
    path,
    endpoint: `POST ${path}`,
    scopes,
    body: {
      subscription_url: url,
      event_action: every,
      event_object: entityOf(object),
      name,
      version,
      ...(auth === null ? {} : { http_auth_user: auth.user, http_auth_password: auth.password }),
    },
    parse: (answer) => toSubscription(dataObject(answer), answer),
  })
}

export function deleteSubscription(api: PipedriveApi, id: string): Promise<void> {
  return tell(api, {
    method: 'DELETE',
    path: `${path}/${encodeURIComponent(id)}`,
    endpoint: `DELETE ${path}/{id}`,
    scopes,
    accepts: [404],
    parse: () => undefined,
  })
}

/** The first version shows an empty list as null. */
function recordsIn(answer: HttpResponse): readonly Json[] {
  return bodyOf(answer)['data'] === null ? [] : dataList(answer).records
}

function entityOf(object: string): string {
  const known = objectNamed(object)
  if (known !== null) return known.singular
  throw new RequestFailure({ kind: 'invalid', message: `Pipedrive has no object ${object}` })
}

function toSubscription(record: Json, response: HttpResponse): Subscription {
  const id = idIn(record)
  const url = textIn(record, 'subscription_url')
  if (id === null || url === null) throw unreadable('Pipedrive', response, 'of webhooks')
  return {
    id,
    url,
    name: textIn(record, 'name') ?? '',
    auth: authIn(record),
    object: objectOfEntity(textIn(record, 'event_object') ?? '')?.name ?? null,
    tellsAll: textIn(record, 'event_action') === every && textIn(record, 'version') === version,
    isActive: numberIn(record, 'is_active') !== 0,
    lastDelivery: deliveryIn(record),
  }
}

/** A password that is shown as stars is not shown. */
function authIn(record: Json): SubscriptionAuth | null {
  const user = textIn(record, 'http_auth_user')
  if (user === null) return null
  const password = textIn(record, 'http_auth_password')
  return { user, password: password === null || /^\*+$/.test(password) ? null : password }
}

/** The time is that of the last success, the status that of the last attempt: none means not answered. */
function deliveryIn(record: Json): Delivery | null {
  const at = instantInUtc(textIn(record, 'last_delivery_time') ?? '')
  const status = numberIn(record, 'last_http_status')
  return at === null && status === null ? null : { at, status }
}

function numberIn(record: Json, name: string): number | null {
  const value = record[name]
  return value instanceof NumberText ? Number(value.text) : null
}
