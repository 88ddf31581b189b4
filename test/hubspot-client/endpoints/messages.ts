/** What HubSpot says when it refuses a record, whichever endpoint it came to. */
import type { Call } from '../caller.ts'
import { type Refusal, refused } from '../endpoint.ts'

export const notFound = /^resource not found$/
export const taken = /^Contact already exists\. Existing ID: 2$/
export const notSet = (name: string): RegExp =>
  new RegExp(`^Invalid input JSON: Some required fields were not set: \\[${name}\\]$`)
export const notUnique = (id: string, property: string): RegExp =>
  new RegExp(`^Unable to perform .* by non-unique ${id} property ${property} in portal ID 62515$`)
export const tooMany = (most: number): RegExp =>
  new RegExp(`^The maximum number of inputs supported in a batch request is ${most}$`)

/** Of a call that asks for `rockets`. */
export function ofNoObject(call: Call): Refusal {
  const message = /^Unable to infer object type from: rockets$/
  return refused('400 request', 'an object that is not there', call, message)
}

/** Values that a property can't have, each with the code that the message carries. */
const wrongValues: readonly (readonly [string, Record<string, string>])[] = [
  ['INVALID_EMAIL', { email: 'nowhere' }],
  ['INVALID_INTEGER', { score: 'many' }],
  ['INVALID_DATE', { since: '1741600000001' }],
  ['INVALID_OPTION', { lifecyclestage: 'no such stage' }],
  ['READ_ONLY_VALUE', { lastmodifieddate: '2026-03-10' }],
  ['CONFLICTING_UNIQUE_VALUE', { key: 'k2' }],
]

/** What a write answers to properties that do not exist, and to values that can't be. */
export function propertyRefusals(
  write: (properties: Record<string, string>) => Call,
): readonly Refusal[] {
  return [
    refused(
      '400 property',
      'one that does not exist',
      write({ nope: '1' }),
      /^Property values were not valid: \[.*"error":"PROPERTY_DOESNT_EXIST","name":"nope"/,
      { body: { errors: [{ code: 'PROPERTY_DOESNT_EXIST' }] } },
    ),
    ...wrongValues.map(([code, properties]) =>
      refused(
        '400 value',
        code,
        write(properties),
        new RegExp(`^Property values were not valid: .*"error":"${code}"`),
        { body: { errors: [{ code }] } },
      ),
    ),
  ]
}
