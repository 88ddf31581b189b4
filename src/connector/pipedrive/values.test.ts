import { describe, expect, it } from 'vitest'
import { parseJsonLosslessly } from '../../core/change/json-value.ts'
import { isObject } from '../http/json.ts'
import type { Metadata } from './metadata.ts'
import { objectNamed } from './objects.ts'
import { toSourceObject } from './schema.ts'
import { valuesOf } from './values.ts'

const hash = '9dc80c50d78a15643bfc4ca79d76156a73a1ca0a'
const options = [
  { value: '1', label: 'Red' },
  { value: '2', label: 'Blue' },
]

function custom(type: string): Metadata {
  const some = type === 'enum' || type === 'set' ? options : []
  return { code: hash, name: 'Field', type, options: some, isCustom: true, isOptional: false }
}

/** What a custom field of the type makes of a value, by the part's name; the field's own is under ''. */
function read(type: string, text: string): Readonly<Record<string, string | null>> {
  const deals = objectNamed('deals')
  if (deals === null) throw new Error('there are no deals')
  const schema = toSourceObject(deals, [custom(type)])
  const values = valuesOf(schema, [[hash, parseJsonLosslessly(text)]])
  return Object.fromEntries(
    [...values].map(([name, value]) => [
      name.slice(hash.length),
      value === null ? null : `${value.kind} ${value.text}`,
    ]),
  )
}

const noAddressParts = Object.fromEntries(
  ['street_number', 'route', 'subpremise', 'sublocality', 'admin_area_level_1']
    .concat(['admin_area_level_2', 'country', 'postal_code', 'formatted_address'])
    .map((part) => [`.${part}`, null]),
)

describe('a custom field', () => {
  it.each<[string, string, Readonly<Record<string, string | null>>]>([
    ['varchar', '"12"', { '': 'text 12' }],
    ['varchar_auto', '""', { '': 'text ' }],
    ['text', '"a\\nb"', { '': 'text a\nb' }],
    ['phone', '"+49 30 1"', { '': 'text +49 30 1' }],
    ['double', '9007199254740993.10', { '': 'decimal 9007199254740993.1' }],
    ['double', '12', { '': 'decimal 12' }],
    ['double', '0.1234567890123456789', { '': 'decimal 0.1234567890123456789' }],
    [
      'monetary',
      '{"value":12345678901234567890.55,"currency":"EUR"}',
      { '': 'decimal 12345678901234567890.55', '.currency': 'text EUR' },
    ],
    ['enum', '2', { '': 'integer 2', '.label': 'text Blue' }],
    ['enum', '3', { '': 'integer 3', '.label': null }],
    ['set', '[2,1]', { '': 'json [2,1]', '.labels': 'json ["Blue","Red"]' }],
    ['set', '[3]', { '': 'json [3]', '.labels': 'json [null]' }],
    ['user', '9007199254740993', { '': 'integer 9007199254740993' }],
    ['org', '7', { '': 'integer 7' }],
    ['people', '7', { '': 'integer 7' }],
    ['date', '"2026-02-28"', { '': 'date 2026-02-28' }],
    [
      'daterange',
      '{"value":"2026-02-28","until":"2026-03-01"}',
      { '': 'date 2026-02-28', '.until': 'date 2026-03-01' },
    ],
    [
      'time',
      '{"value":"10:15:00","timezone_id":292,"timezone_name":"Europe/Tallinn"}',
      {
        '': 'text 10:15:00',
        '.timezone_id': 'integer 292',
        '.timezone_name': 'text Europe/Tallinn',
      },
    ],
    [
      'timerange',
      '{"value":"10:15:00","until":"11:00:00","timezone_name":"UTC"}',
      {
        '': 'text 10:15:00',
        '.until': 'text 11:00:00',
        '.timezone_id': null,
        '.timezone_name': 'text UTC',
      },
    ],
    [
      'address',
      '{"value":"Main St 1","locality":"Bonn"}',
      { ...noAddressParts, '': 'text Main St 1', '.locality': 'text Bonn' },
    ],
  ])('of type %s makes of %s its own value and its parts', (type, text, expected) => {
    expect(read(type, text)).toEqual(expected)
  })

  it.each([
    ['monetary', { '': null, '.currency': null }],
    ['enum', { '': null, '.label': null }],
    ['set', { '': null, '.labels': null }],
    ['varchar', { '': null }],
    ['daterange', { '': null, '.until': null }],
  ])('of type %s that is empty has empty parts', (type, expected) => {
    expect(read(type, 'null')).toEqual(expected)
  })

  it.each<[string, string, Readonly<Record<string, string | null>>]>([
    ['double', '"12,5"', { '': 'text 12,5' }],
    ['date', '"2026-02-30"', { '': 'text 2026-02-30' }],
    ['date', '20260228', { '': 'integer 20260228' }],
    ['varchar', '12', { '': 'integer 12' }],
    ['user', '{"id":1,"name":"Ann"}', { '': 'json {"id":1,"name":"Ann"}' }],
    ['monetary', '12', { '': 'decimal 12' }],
    ['enum', '"two"', { '': 'text two', '.label': null }],
    ['set', '"1,2"', { '': 'text 1,2' }],
    [
      'monetary',
      '{"value":1,"currency":"EUR","rate":1.50}',
      { '': 'decimal 1', '.currency': 'text EUR', '.rate': 'decimal 1.5' },
    ],
    ['rocket', '{"fuel":1.50}', { '': 'json {"fuel":1.50}' }],
  ])('of type %s keeps %s as what it is', (type, text, expected) => {
    expect(read(type, text)).toEqual(expected)
  })
})

describe('the fields of a record', () => {
  const fieldsOf = (object: string, text: string) => {
    const found = objectNamed(object)
    const record = parseJsonLosslessly(text)
    if (found === null || !isObject(record)) throw new Error('no such object')
    return Object.fromEntries(valuesOf(toSourceObject(found, []), Object.entries(record)))
  }

  it('has times of both forms as instants', () => {
    expect(fieldsOf('deals', '{"won_time":"2026-03-10T12:00:00Z"}')).toEqual({
      won_time: { kind: 'timestamp_tz', text: '2026-03-10T12:00:00.000000Z' },
    })
    expect(fieldsOf('users', '{"last_login":"2026-03-10 12:00:00"}')).toEqual({
      last_login: { kind: 'timestamp_tz', text: '2026-03-10T12:00:00.000000Z' },
    })
  })

  it('has one text for a list, whatever the order of keys in it', () => {
    const one = fieldsOf(
      'persons',
      '{"emails":[{"value":"a@x.com","primary":true,"label":"work"}]}',
    )
    const other = fieldsOf(
      'persons',
      '{"emails":[{"label":"work","primary":true,"value":"a@x.com"}]}',
    )
    expect(one).toEqual(other)
    expect(one['emails']?.text).toBe('[{"label":"work","primary":true,"value":"a@x.com"}]')
  })

  it('has fields that the metadata lacks, as what they are', () => {
    const other = `{"${hash}":{"value":1.50,"currency":"EUR"},"shiny":true}`
    expect(fieldsOf('deals', other)).toEqual({
      [hash]: { kind: 'decimal', text: '1.5' },
      [`${hash}.currency`]: { kind: 'text', text: 'EUR' },
      shiny: { kind: 'boolean', text: 'true' },
    })
  })

  it('has the amount of a lead apart from its currency', () => {
    expect(fieldsOf('leads', '{"value":{"amount":10.50,"currency":"USD"}}')).toEqual({
      value: { kind: 'decimal', text: '10.5' },
      'value.currency': { kind: 'text', text: 'USD' },
    })
  })
})
