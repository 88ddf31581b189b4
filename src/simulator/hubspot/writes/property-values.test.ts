import { describe, expect, it } from 'vitest'
import { objectsIn, openLocal } from '../open-local.ts'
import { normaliseValue, strippedDomain } from './property-values.ts'
import { defineProperty } from '../store/property-definition.ts'
import type { PropertyType } from '../store/property-definition.ts'

const options = ['a', 'b', 'c']

function stored(type: PropertyType, fieldType: string, raw: string, current?: string) {
  const definition = defineProperty({ name: 'x', type, fieldType })
  const result = normaliseValue(definition, raw, current, (value) => options.includes(value))
  return result.ok ? result.value : result.code
}

describe('values', () => {
  it.each<[PropertyType, string, string, string]>([
    ['string', 'text', ' Kept as it is ', ' Kept as it is '],
    ['string', 'text', 'x'.repeat(65_537), 'INVALID_STRING'],
    ['string', 'phonenumber', '+49 (30) 12-34', '+49301234'],
    ['string', 'phonenumber', '030 1234', '030 1234'],
    ['number', 'number', '1500.5', '1500.5'],
    ['number', 'number', ' 7 ', '7'],
    ['number', 'number', '-1e3', '-1e3'],
    ['number', 'number', '1,500', 'INVALID_INTEGER'],
    ['number', 'number', 'NaN', 'INVALID_INTEGER'],
    ['bool', 'booleancheckbox', 'TRUE', 'true'],
    ['bool', 'booleancheckbox', 'yes', 'INVALID_OPTION'],
    ['date', 'date', '2024-02-29', '2024-02-29'],
    ['date', 'date', '0001-01-01', '0001-01-01'],
    ['date', 'date', '2023-02-29', 'INVALID_DATE'],
    ['date', 'date', '1709164800000', '2024-02-29'],
    ['date', 'date', '1709164800001', 'INVALID_DATE'],
    ['date', 'date', '2024-02-29T00:00:00Z', '2024-02-29'],
    ['date', 'date', '2024-02-29T10:00:00Z', 'INVALID_DATE'],
    ['date', 'date', '29.02.2024', 'INVALID_DATE'],
    ['datetime', 'date', '1709202600123', '2024-02-29T10:30:00.123Z'],
    ['datetime', 'date', '2024-02-29T10:30:00Z', '2024-02-29T10:30:00.000Z'],
    ['datetime', 'date', '2024-02-29T10:30:00.5+02:00', '2024-02-29T08:30:00.500Z'],
    ['datetime', 'date', 'yesterday', 'INVALID_DATE'],
    ['enumeration', 'select', 'a', 'a'],
    ['enumeration', 'select', 'A', 'INVALID_OPTION'],
    ['enumeration', 'checkbox', 'b;a', 'b;a'],
    ['enumeration', 'checkbox', 'b;z', 'INVALID_OPTION'],
  ])('stores a %s of %s: %s as %s', (type, fieldType, raw, expected) => {
    expect(stored(type, fieldType, raw)).toBe(expected)
  })

  it('clears any type with an empty text', () => {
    for (const type of ['string', 'number', 'bool', 'date', 'datetime', 'enumeration'] as const) {
      expect(stored(type, 'text', '')).toBe('')
    }
  })

  it('replaces the choices of a multi-select, and adds to them after a leading semicolon', () => {
    expect(stored('enumeration', 'checkbox', 'c', 'a;b')).toBe('c')
    expect(stored('enumeration', 'checkbox', ';c', 'a;b')).toBe('a;b;c')
    expect(stored('enumeration', 'checkbox', ';b', 'a;b')).toBe('a;b')
  })

  it.each([
    ['https://www.Example.com/about?x=1', 'example.com'],
    ['Example.com:8080', 'example.com'],
    ['sub.example.com', 'sub.example.com'],
  ])('strips the domain %s to %s', (raw, expected) => {
    expect(strippedDomain(raw)).toBe(expected)
  })

  it('normalises email, domain and phone without saying so, in the answer, too', () => {
    const local = openLocal()
    const contact = local.call('POST /crm/v3/objects/contacts', {
      properties: { email: ' Foo@X.COM ', phone: '+1 (2) 3' },
    })
    expect(contact.body['properties']).toMatchObject({ email: 'foo@x.com', phone: '+123' })
    const company = local.call('POST /crm/v3/objects/companies', {
      properties: { domain: 'https://www.Acme.com/' },
    })
    expect(company.body['properties']).toMatchObject({ domain: 'acme.com' })
  })

  it('refuses a wrong email with INVALID_EMAIL', () => {
    const local = openLocal()
    const { status, body } = local.call('POST /crm/v3/objects/contacts', {
      properties: { email: 'not an email' },
    })
    expect(status).toBe(400)
    expect(objectsIn(body['errors'])).toMatchObject([{ code: 'INVALID_EMAIL' }])
  })

  it('reads every type as a text and takes JSON numbers and booleans on write', () => {
    const local = openLocal()
    const { body } = local.call('POST /crm/v3/objects/companies', {
      properties: { name: 'A', annualrevenue: 1500.5, is_public: true },
    })
    expect(body['properties']).toMatchObject({ annualrevenue: '1500.5', is_public: 'true' })
  })

  it('takes an owner by owner id, not by user id, and only one that is not archived', () => {
    const local = openLocal({
      state: {
        owners: [
          { id: '11', email: 'o@x.com', userId: 22 },
          { id: '12', email: 'p@x.com', archived: true },
        ],
      },
    })
    const create = (hubspot_owner_id: string) =>
      local.call('POST /crm/v3/objects/contacts', { properties: { hubspot_owner_id } }).status
    expect([create('11'), create('22'), create('12')]).toEqual([201, 400, 400])
  })

  it('moves the lifecycle stage forward only, unless it is cleared first', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com', lifecyclestage: 'customer' })
    const set = (lifecyclestage: string) => {
      const url = `PATCH /crm/v3/objects/contacts/${id}`
      expect(local.call(url, { properties: { lifecyclestage } }).status).toBe(200)
      return local.read('contacts', id, 'lifecyclestage')['lifecyclestage']
    }
    expect(set('lead')).toBe('customer')
    expect(set('evangelist')).toBe('evangelist')
    expect(set('')).toBe(null)
    expect(set('lead')).toBe('lead')
  })

  it('takes a stage only if it belongs to the pipeline', () => {
    const local = openLocal()
    const { status, body } = local.call('POST /crm/v3/objects/deals', {
      properties: { dealname: 'D', pipeline: 'default', dealstage: 'nowhere' },
    })
    expect(status).toBe(400)
    expect(objectsIn(body['errors'])).toMatchObject([{ code: 'INVALID_OPTION' }])
  })

  it('bumps the modification time when only a calculated property changed', () => {
    const local = openLocal()
    const id = local.create('contacts', { email: 'a@x.com' })
    local.advance(1000)
    const properties = { num_associated_deals: '3' }
    local.hubspot.edit({ kind: 'update', object: 'contacts', id, properties, by: 'system' })
    expect(local.read('contacts', id, 'num_associated_deals')).toMatchObject({
      num_associated_deals: '3',
      lastmodifieddate: '2026-03-10T12:00:01.000Z',
    })
  })

  it('derives the email domain and the closing of a deal', () => {
    const local = openLocal()
    const contact = local.create('contacts', { email: 'a@x.com' })
    expect(local.read('contacts', contact, 'hs_email_domain')['hs_email_domain']).toBe('x.com')
    const deal = local.create('deals', { dealname: 'D', dealstage: 'closedwon' })
    const names = ['hs_is_closed', 'hs_is_closed_won', 'hs_deal_stage_probability']
    expect(local.read('deals', deal, ...names)).toMatchObject({
      hs_is_closed: 'true',
      hs_is_closed_won: 'true',
      hs_deal_stage_probability: '1.0',
    })
  })
})
