import { describe, expect, it } from 'vitest'
import type { SourceObject } from '../../connector/source.ts'
import type { PullSync } from '../../model/sync.ts'
import { fieldChoices, undecidedObjects, unknownFields } from './unknown-fields.ts'

const object = (name: string, ...fields: readonly string[]): SourceObject => ({
  name,
  singular: name,
  label: name,
  keyKind: 'integer',
  resolution: 'second',
  fields: fields.map((field) => ({ name: field, label: field, kind: 'text' })),
})
const [deals, persons] = [object('deals', 'title', 'value.currency'), object('persons', 'phone')]

const sync = (choice: Partial<PullSync['fields']>): Parameters<typeof unknownFields>[0] => ({
  name: 'crm',
  place: { file: 'syncs/crm.yaml' },
  objects: ['deals', 'persons'],
  fields: { only: [], exclude: [], include: [], hash: [], hashSecret: null, ...choice },
})

const both = [deals, persons]

describe('a pattern of fields', () => {
  it.each<[string, string, readonly SourceObject[], readonly string[], readonly string[]]>([
    ['fits a field', 'deals.title', both, [], []],
    ['fits what is nested in a field', 'deals.value', both, [], []],
    ['fits a field of another object', '*.phone', both, [], []],
    ['fits none', 'deals.titel', both, ['did you mean title?'], []],
    ['fits none of any object', '*.fax', both, ['`*.fax` under `fields.exclude`.'], []],
    ['is of an object that nobody looked at', 'persons.fax', [deals], [], []],
    ['is of several, one of which nobody looked at', '*.fax', [deals], [], ['persons']],
    ['is of several, and fits one of those looked at', '*.title', [deals], [], []],
  ])('that %s', (_, pattern, described, messages, undecided) => {
    const given = sync({ exclude: [pattern] })
    const found = unknownFields(given, fieldChoices, described)
    expect(found.map(({ message }) => message)).toEqual(
      messages.map((message) => expect.stringContaining(message)),
    )
    expect(undecidedObjects(given, fieldChoices, described)).toEqual(undecided)
  })

  it('is told with its place, and only of the options asked about', () => {
    const given = sync({ hash: ['deals.x'], only: ['deals.y'] })
    expect(unknownFields(given, ['exclude', 'hash'], both)).toEqual([
      {
        object: 'deals',
        message: 'Sync crm: no field fits `deals.x` under `fields.hash`.',
        place: { file: 'syncs/crm.yaml', path: 'fields.hash' },
      },
    ])
  })
})
