/** Addresses, e-mail addresses and telephone numbers, as records show them. */
import type { OrganizationItemAddress, Person, PersonItemEmail } from 'pipedrive/v2'
import { type Json, isJsonObject } from '../../json.ts'
import type { Values } from '../store/records.ts'
import { flag, list, text } from '../store/values.ts'
import type { Wire } from '../wire/wire.ts'

type Contact = Wire<PersonItemEmail>
type Address = Wire<OrganizationItemAddress>

export function viewContacts(values: Values, name: string): readonly Contact[] {
  return list(values, name).map((item: Json) => {
    const one: Values = isJsonObject(item) ? item : {}
    return { value: text(one, 'value'), primary: flag(one, 'primary'), label: text(one, 'label') }
  })
}

/** Null where there is none; its parts that nobody gave are null, too. */
export function viewAddress(values: Values, name: string): Address | null {
  const given = values[name]
  if (!isJsonObject(given)) return null
  return {
    value: text(given, 'value'),
    country: text(given, 'country'),
    admin_area_level_1: text(given, 'admin_area_level_1'),
    admin_area_level_2: text(given, 'admin_area_level_2'),
    locality: text(given, 'locality'),
    sublocality: text(given, 'sublocality'),
    route: text(given, 'route'),
    street_number: text(given, 'street_number'),
    subpremise: text(given, 'subpremise'),
    postal_code: text(given, 'postal_code'),
  }
}

type Synced = Pick<Wire<Person>, 'im' | 'postal_address' | 'notes' | 'birthday' | 'job_title'>

/** What only companies that sync contacts have. */
export function viewSynced(values: Values): Synced {
  return {
    im: viewContacts(values, 'im'),
    postal_address: viewAddress(values, 'postal_address'),
    notes: text(values, 'notes'),
    birthday: text(values, 'birthday'),
    job_title: text(values, 'job_title'),
  }
}
