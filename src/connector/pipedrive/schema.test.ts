import { describe, expect, it } from 'vitest'
import type { ScriptedAnswer } from '../http/scripted-transport.ts'
import { presets } from '../../core/history/columns/presets.ts'
import { pipedriveObjects } from './objects.ts'
import { ok, refused, scriptedPipedrive } from './scripted-pipedrive.ts'

const hash = '9dc80c50d78a15643bfc4ca79d76156a73a1ca0a'

function field(code: string, name: string, type: string, more: object = {}): object {
  return {
    field_code: code,
    field_name: name,
    field_type: type,
    options: null,
    is_custom_field: false,
    is_optional_response_field: false,
    ...more,
  }
}

const custom = { is_custom_field: true }
const options = [{ id: 7, label: 'Red', color: null }]

function lastPage(...fields: readonly object[]): ScriptedAnswer {
  return ok(fields, { additional_data: { next_cursor: null } })
}

async function describedBy(object: string, answer: ScriptedAnswer) {
  const { reader, run, seen } = scriptedPipedrive(() => answer)
  const described = await run(reader.describe(object))
  const fields = new Map(described.fields.map(({ name, ...rest }) => [name, rest]))
  return { described, fields, seen }
}

describe('metadata', () => {
  it('knows what answers show even where the metadata is silent', async () => {
    const { fields, described } = await describedBy('deals', lastPage())
    expect(described).toMatchObject({ name: 'deals', singular: 'deal', resolution: 'second' })
    expect(fields.get('stage_change_time')).toEqual({
      label: 'Stage change time',
      kind: 'timestamp_tz',
    })
    expect(fields.has('id')).toBe(false)
  })

  it('takes labels from the metadata, and kinds from what answers show', async () => {
    const { fields } = await describedBy(
      'deals',
      lastPage(
        field('pipeline_id', 'Funnel', 'double'),
        field('add_time', 'Deal created', 'date'),
        field('value', 'Value', 'monetary'),
      ),
    )
    expect(fields.get('pipeline_id')).toEqual({ label: 'Funnel', kind: 'integer' })
    expect(fields.get('add_time')).toEqual({ label: 'Deal created', kind: 'timestamp_tz' })
    expect(fields.get('value')).toEqual({ label: 'Value', kind: 'decimal' })
    expect(fields.has('value.currency')).toBe(false)
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['varchar', { '': 'Budget|text' }],
    ['text', { '': 'Budget|text' }],
    ['varchar_auto', { '': 'Budget|text' }],
    ['phone', { '': 'Budget|text' }],
    ['double', { '': 'Budget|decimal' }],
    ['monetary', { '': 'Budget|decimal', '.currency': 'Budget currency|text' }],
    ['enum', { '': 'Budget|integer', '.label': 'Budget label|text' }],
    ['set', { '': 'Budget|json', '.labels': 'Budget labels|json' }],
    ['user', { '': 'Budget|integer' }],
    ['org', { '': 'Budget|integer' }],
    ['people', { '': 'Budget|integer' }],
    ['date', { '': 'Budget|date' }],
    ['daterange', { '': 'Budget|date', '.until': 'Budget until|date' }],
    [
      'time',
      {
        '': 'Budget|text',
        '.timezone_id': 'Budget time zone id|integer',
        '.timezone_name': 'Budget time zone|text',
      },
    ],
    [
      'timerange',
      {
        '': 'Budget|text',
        '.until': 'Budget until|text',
        '.timezone_id': 'Budget time zone id|integer',
        '.timezone_name': 'Budget time zone|text',
      },
    ],
    ['rocket', { '': 'Budget|json' }],
  ])('makes fields of a custom one of type %s and of its parts', async (type, expected) => {
    const { fields } = await describedBy('deals', lastPage(field(hash, 'Budget', type, custom)))
    const own = [...fields].filter(([name]) => name.startsWith(hash))
    const shown = own.map(([name, { label, kind }]) => [
      name.slice(hash.length),
      `${label}|${kind}`,
    ])
    expect(Object.fromEntries(shown)).toEqual(expected)
  })

  it('makes a field of every part of an address', async () => {
    const address = field(hash, 'Site', 'address', custom)
    const { fields } = await describedBy('organizations', lastPage(address))
    expect(fields.get(`${hash}.admin_area_level_1`)?.label).toBe('Site admin area level 1')
    expect(fields.get(`${hash}.formatted_address`)?.kind).toBe('text')
    expect(fields.get('address.postal_code')?.kind).toBe('text')
    expect(fields.has('address.formatted_address')).toBe(false)
  })

  it('gives options to the field itself, with ids as texts', async () => {
    const status = [{ id: 'open', label: 'Offen' }]
    const { fields } = await describedBy(
      'deals',
      lastPage(
        field(hash, 'Colour', 'set', { ...custom, options }),
        field('status', 'Status', 'status', { options: status }),
      ),
    )
    expect(fields.get(hash)?.options).toEqual([{ value: '7', label: 'Red' }])
    expect(fields.get(`${hash}.labels`)).not.toHaveProperty('options')
    expect(fields.get('status')?.options).toEqual([{ value: 'open', label: 'Offen' }])
    expect(fields.get('status.label')?.label).toBe('Status label')
  })

  it('asks for what is shown on request, as far as a list gives it, and describes no more', async () => {
    const optional = { is_optional_response_field: true }
    const answers = [
      lastPage(
        field('notes_count', 'Notes', 'int', optional),
        field('moon_phase', 'Moon', 'int', optional),
      ),
      ok([], { additional_data: { next_cursor: null } }),
    ]
    const { reader, run, seen } = scriptedPipedrive((_request, before) => answers[before] ?? ok([]))
    const deals = await run(reader.describe('deals'))
    expect(deals.fields.filter(({ name }) => /count|moon/.test(name))).toEqual([
      { name: 'notes_count', label: 'Notes', kind: 'integer' },
    ])
    await run(reader.list(deals, { after: null, since: null }))
    expect(seen[1]?.query.get('include_fields')).toBe('notes_count')
  })

  it('describes a built-in field that came since by its type', async () => {
    const { fields } = await describedBy(
      'persons',
      lastPage(
        field('seen_time', 'Seen', 'date'),
        field('mood', 'Mood', 'enum', { options: [{ id: 'good', label: 'Good' }] }),
        field('home', 'Home', 'address'),
        field('karma', 'Karma', 'double'),
        field('postal_address', 'Post', 'address'),
      ),
    )
    expect(fields.get('seen_time')?.kind).toBe('timestamp_tz')
    expect(fields.get('mood')?.kind).toBe('text')
    expect(fields.get('mood.label')?.kind).toBe('text')
    expect(fields.get('home.country')?.kind).toBe('text')
    expect(fields.get('karma')?.kind).toBe('decimal')
    expect(fields.get('postal_address.locality')?.label).toBe('Post locality')
    expect(fields.has('birthday')).toBe(false)
  })

  it('takes two fields of one name for two', async () => {
    const other = 'f'.repeat(40)
    const { described } = await describedBy(
      'products',
      lastPage(field(hash, 'Size', 'varchar', custom), field(other, 'Size', 'double', custom)),
    )
    const sizes = described.fields.filter(({ label }) => label === 'Size')
    expect(sizes.map(({ name, kind }) => [name, kind])).toEqual([
      [hash, 'text'],
      [other, 'decimal'],
    ])
  })

  it('reads the metadata of all pages', async () => {
    const { reader, run, seen } = scriptedPipedrive(({ query }) =>
      query.get('cursor') === null
        ? ok([field(hash, 'One', 'varchar', custom)], { additional_data: { next_cursor: 'c2' } })
        : lastPage(field('f'.repeat(40), 'Two', 'varchar', custom)),
    )
    const { fields } = await run(reader.describe('deals'))
    expect(fields.map(({ label }) => label)).toEqual(expect.arrayContaining(['One', 'Two']))
    expect(seen.map(({ query }) => query.get('cursor'))).toEqual([null, 'c2'])
  })

  it('stops where a page of it names itself as the next one', async () => {
    const { reader, run } = scriptedPipedrive(() =>
      ok([field(hash, 'One', 'varchar', custom)], { additional_data: { next_cursor: 'c2' } }),
    )
    await expect(run(reader.describe('deals'))).rejects.toMatchObject({ reason: 'unreadable' })
  })

  it('reads those of leads in the first version, and of them only labels and custom fields', async () => {
    const answer = ok(
      [
        { key: 'title', name: 'Heading', field_type: 'varchar' },
        { key: 'formatted_value', name: 'Formatted', field_type: 'varchar' },
        { key: hash, name: 'Colour', field_type: 'enum', options },
      ],
      {
        additional_data: { pagination: { start: 0, limit: 500, more_items_in_collection: false } },
      },
    )
    const { fields, seen } = await describedBy('leads', answer)
    expect(seen[0]?.url).toBe('GET acme.pipedrive.com/api/v1/leadFields')
    expect(fields.get('title')?.label).toBe('Heading')
    expect(fields.get(`${hash}.label`)?.label).toBe('Colour label')
    expect(fields.has('formatted_value')).toBe(false)
    expect(fields.get('value.currency')?.kind).toBe('text')
  })

  it.each(['users', 'notes', 'pipelines', 'stages'])('needs no request for %s', async (object) => {
    const { described, seen } = await describedBy(object, refused(500, 'no'))
    expect(described.fields.length).toBeGreaterThan(5)
    expect(seen).toEqual([])
  })

  it('throws invalid for an object that does not exist', async () => {
    const { reader, run, seen } = scriptedPipedrive(() => ok([]))
    await expect(run(reader.describe('rockets'))).rejects.toMatchObject({ kind: 'invalid' })
    expect(seen).toEqual([])
  })

  it.each([
    ['/api/v2/dealFields', 'deals', 'deals:read or deals:full'],
    ['/api/v2/personFields', 'persons', 'contacts:read or contacts:full'],
    ['/api/v1/leadFields', 'leads', 'leads:read or leads:full'],
  ])('names the scope that %s needs', async (_path, object, scope) => {
    const { reader, run } = scriptedPipedrive(() => refused(403, 'Scope and URL mismatch'))
    await expect(run(reader.describe(object))).rejects.toMatchObject({
      kind: 'auth',
      message: expect.stringContaining(`needs the scope ${scope}`),
    })
  })
})

describe('what lists are made of', () => {
  const elements = async (object: string, name: string, ...told: readonly object[]) =>
    (await describedBy(object, lastPage(...told))).fields.get(name)?.elements

  it.each([
    ['deals', 'label_ids', { kind: 'integer' }],
    ['leads', 'label_ids', { kind: 'text' }],
    ['persons', 'emails', { parts: { value: 'text', label: 'text', primary: 'boolean' } }],
    ['activities', 'participants', { parts: { person_id: 'integer', primary: 'boolean' } }],
    ['deals', 'title', undefined],
  ])('is known of the %s field %s', async (object, name, expected) => {
    expect(await elements(object, name)).toEqual(expected)
  })

  it('has labels where the metadata has options', async () => {
    const labels = { kind: 'integer', labels: 'label_ids.labels' }
    expect(await elements('deals', 'label_ids', field('label_ids', 'Labels', 'set'))).toEqual(
      labels,
    )
    const own = field(hash, 'Regions', 'set', { ...custom, options })
    expect(await elements('deals', hash, own)).toEqual({
      kind: 'integer',
      labels: `${hash}.labels`,
    })
  })

  it('is not what a field of the company’s own is made of that has the key of a built-in one', async () => {
    const own = field('emails', 'Mails', 'set', { ...custom, options })
    expect(await elements('deals', 'emails', own)).toEqual({
      kind: 'integer',
      labels: 'emails.labels',
    })
  })
})

describe('the columns of lists', () => {
  it('have names of their own, whatever the object and the preset', async () => {
    for (const { name, singular } of pipedriveObjects) {
      const { described } = await describedBy(name, lastPage())
      for (const { elements } of described.fields) {
        const parts =
          elements !== undefined && 'parts' in elements ? Object.keys(elements.parts) : []
        const own = Object.values(presets).flatMap(({ columns }) => Object.keys(columns))
        const taken = new Set([`${singular}_id`, '_position', '_element', ...own])
        expect(parts.filter((part) => taken.has(part))).toEqual([])
      }
    }
  })
})
