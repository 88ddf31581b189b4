/** Who the caller is. */
import { notFound } from '../wire/api-error.ts'
import { param, reply } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { normalId } from '../store/ids.ts'
import { readField } from '../store/read-field.ts'
import type { StoredRecord } from '../store/records.ts'
import type { WireIdentity, WireUserInfo } from '../wire/wire.ts'

export function identity(call: Call): Reply<WireIdentity> {
  if (normalId(param(call, 'org')) !== call.org.id) throw notFound()
  const user = call.org.tableOf('User').get(normalId(param(call, 'user')) ?? '')
  if (user === null) throw notFound()
  const text = textOf(call, user)
  return reply(200, {
    id: `${call.base}/id/${call.org.id}/${user.id}`,
    user_id: user.id,
    organization_id: call.org.id,
    username: text('Username'),
    display_name: text('Name'),
    nick_name: text('Alias'),
    email: text('Email'),
    active: user.values['IsActive'] === true,
    photos: {
      picture: `${call.base}/profilephoto/005/F`,
      thumbnail: `${call.base}/profilephoto/005/T`,
    },
    urls: urls(call, user.id),
    user_type: 'STANDARD',
    language: 'en_US',
  })
}

export function userInfo(call: Call): Reply<WireUserInfo> {
  const user = call.org.tableOf('User').get(call.origin.userId)
  if (user === null) throw notFound()
  const text = textOf(call, user)
  return reply(200, {
    sub: `${call.base}/id/${call.org.id}/${user.id}`,
    user_id: user.id,
    organization_id: call.org.id,
    preferred_username: text('Username'),
    name: text('Name'),
    email: text('Email'),
    active: user.values['IsActive'] === true,
    urls: urls(call, user.id),
  })
}

function textOf({ org }: Call, user: StoredRecord): (name: string) => string {
  const { type } = org.tableOf('User')
  return (name) => {
    const field = type.find(name)
    return field === null ? '' : String(readField(type, field, user) ?? '')
  }
}

/** `{version}` is for the caller to fill in. */
function urls({ base, org }: Call, userId: string): WireIdentity['urls'] {
  const data = `${base}/services/data/v{version}`
  const soap = (kind: string) => `${base}/services/Soap/${kind}/{version}/${org.id.slice(0, 15)}`
  return {
    enterprise: soap('c'),
    metadata: soap('m'),
    partner: soap('u'),
    rest: `${data}/`,
    sobjects: `${data}/sobjects/`,
    search: `${data}/search/`,
    query: `${data}/query/`,
    profile: `${base}/${userId}`,
  }
}
