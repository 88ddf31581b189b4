/** The people of the company. */
import type { UserAccess1AppConst } from 'pipedrive/v1'
import { notFound } from '../wire/api-error.ts'
import { type Call, type Reply, ok, param, userOf } from '../request/call.ts'
import type { StoredRecord } from '../store/records.ts'
import { spacedTime } from '../wire/times.ts'
import { flag, number, text } from '../store/values.ts'
import type { Ok, WireSelf, WireUser } from '../wire/wire.ts'

export function listUsers(call: Call): Reply<Ok<readonly WireUser[]>> {
  const me = userOf(call)
  return ok([...call.company.table('user').all()].map((user) => viewUser(user, me)))
}

export function readUser(call: Call): Reply<Ok<WireUser>> {
  const user = call.company.table('user').get(param(call, 'id'))
  if (user === null) throw notFound('User')
  return ok(viewUser(user, userOf(call)))
}

export function readSelf(call: Call): Reply<Ok<WireSelf>> {
  const me = userOf(call)
  const { id, domain } = call.company
  return ok({
    ...viewUser(me, me),
    company_id: id,
    company_name: domain,
    company_domain: domain,
    company_country: null,
    company_industry: null,
    language: { language_code: 'en', country_code: 'US' },
  })
}

export function viewUser(user: StoredRecord, reader: StoredRecord | null): WireUser {
  const { values } = user
  const isAdmin = flag(values, 'is_admin')
  return {
    id: Number(user.id),
    name: text(values, 'name'),
    email: text(values, 'email'),
    default_currency: text(values, 'default_currency') ?? 'USD',
    locale: text(values, 'locale') ?? 'en_US',
    lang: number(values, 'lang') ?? 1,
    phone: text(values, 'phone'),
    activated: true,
    last_login: text(values, 'last_login'),
    created: spacedTime(user.addedAt),
    modified: user.updatedAt === null ? null : spacedTime(user.updatedAt),
    has_created_company: false,
    access: accessApps.map((app) => ({ app, admin: isAdmin, permission_set_id: null })),
    active_flag: isActive(user),
    timezone_name: text(values, 'timezone_name') ?? 'UTC',
    timezone_offset: text(values, 'timezone_offset') ?? '+00:00',
    role_id: number(values, 'role_id') ?? 1,
    icon_url: null,
    is_you: user.id === reader?.id,
    is_deleted: user.deletedAt !== null,
  }
}

const accessApps: readonly UserAccess1AppConst[] = ['sales', 'global', 'account_settings']

/** A user is active until somebody says otherwise. */
export function isActive({ values, deletedAt }: StoredRecord): boolean {
  return deletedAt === null && values['active_flag'] !== false
}
