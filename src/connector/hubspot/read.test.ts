import { describe, expect, it } from 'vitest'
import { json } from '../http/scripted-transport.ts'
import { type ScriptedRequest, scriptedHubSpot } from './scripted-hubspot.ts'
import { chunks } from './search.ts'

const contacts = { object: 'contacts', fields: ['email', 'phone'] }
const notFound = json(404, { status: 'error', message: 'resource not found' })

interface Stored {
  readonly id: string
  readonly properties: Readonly<Record<string, string | null>>
}

function stored(id: string, email: string, more: object = {}): Stored {
  return { id, properties: { hs_object_id: id, email, phone: null, ...more } }
}

/** Answers batch reads from a list, in reverse order; missing ids are named when asked to be. */
function batch(records: readonly Stored[], naming = true) {
  return ({ body }: ScriptedRequest) => {
    const key = (record: Stored): string =>
      body.idProperty === undefined ? record.id : (record.properties[body.idProperty] ?? '')
    const asked = body.inputs.map((input) => input.id)
    const results = records.filter((record) => asked.includes(key(record))).toReversed()
    const ids = asked.filter((id) => !records.some((record) => key(record) === id))
    if (ids.length === 0 || !naming) return json(200, { status: 'COMPLETE', results })
    const error = { status: 'error', category: 'OBJECT_NOT_FOUND', message: 'x', context: { ids } }
    return json(207, { status: 'COMPLETE', results, numErrors: 1, errors: [error] })
  }
}

describe('HubSpot readById', () => {
  it('gives asked fields only, empty ones as null, whatever the order of the answer', async () => {
    const records = [stored('1', 'a@x.com', { extra: 'e' }), stored('2', 'b@x.com', { phone: '' })]
    const { crm, run, seen } = scriptedHubSpot(batch(records))
    const found = await run(crm.readById(['1', '2', '1'], contacts))
    expect([...found]).toEqual([
      ['1', { id: '1', values: { email: 'a@x.com', phone: null } }],
      ['2', { id: '2', values: { email: 'b@x.com', phone: null } }],
    ])
    expect(seen).toHaveLength(1)
    expect(seen[0]?.body.properties).toEqual(['email', 'phone'])
  })

  it('follows a merged-away id to the survivor', async () => {
    const survivor = stored('9', 'kept@x.com')
    const { crm, run } = scriptedHubSpot((request) =>
      request.method === 'GET' ? json(200, survivor) : batch([survivor], false)(request),
    )
    const found = await run(crm.readById(['3', '9'], contacts))
    expect(found.get('3')).toEqual(found.get('9'))
    expect(found.get('3')?.id).toBe('9')
  })

  it('leaves out records that are gone', async () => {
    const { crm, run, seen } = scriptedHubSpot((request) =>
      request.method === 'GET' ? notFound : batch([])(request),
    )
    expect((await run(crm.readById(['3'], contacts))).size).toBe(0)
    expect(seen.map((request) => request.method)).toEqual(['POST', 'GET'])
  })

  it.each(['<html>not found</html>', '', '{"message":"no such endpoint"}'])(
    'does not take the 404 %j of a gateway for a record that is gone',
    async (body) => {
      const { crm, run } = scriptedHubSpot((request) =>
        request.method === 'GET' ? { status: 404, headers: {}, body } : batch([])(request),
      )
      await expect(run(crm.readById(['3'], contacts))).rejects.toMatchObject({ status: 404 })
    },
  )

  it('leaves out archived records, even where an answer lists them', async () => {
    const archived = { ...stored('3', 'a@x.com'), archived: true }
    const { crm, run } = scriptedHubSpot((request) =>
      request.method === 'GET' ? json(200, archived) : json(200, { results: [archived] }),
    )
    expect((await run(crm.readById(['3'], contacts))).size).toBe(0)
  })

  it('does not call a record gone that a batch left out and a single read finds', async () => {
    const { crm, run } = scriptedHubSpot((request) =>
      request.method === 'GET' ? json(200, stored('3', 'a@x.com')) : json(200, { results: [] }),
    )
    await expect(run(crm.readById(['3'], contacts))).rejects.toMatchObject({ kind: 'unknown' })
  })

  it('asks again when an answer can’t be read', async () => {
    const { crm, run } = scriptedHubSpot((request, before) =>
      before < 2
        ? { status: 200, headers: {}, body: '<html>' }
        : batch([stored('1', 'a')])(request),
    )
    expect((await run(crm.readById(['1'], contacts))).size).toBe(1)
  })
})

describe('HubSpot readByValue', () => {
  it('asks with normalised values and answers with the asked ones', async () => {
    const { crm, run, seen } = scriptedHubSpot(batch([stored('1', 'foo@x.com')]))
    const values = [' Foo@X.COM ', 'foo@x.com', 'nobody@x.com']
    const found = await run(crm.readByValue('email', values, contacts))
    expect([...found.keys()]).toEqual([' Foo@X.COM ', 'foo@x.com'])
    expect(seen[0]?.body).toMatchObject({
      idProperty: 'email',
      inputs: [{ id: 'foo@x.com' }, { id: 'nobody@x.com' }],
    })
    expect(seen).toHaveLength(1)
  })

  it('counts a secondary address as a match', async () => {
    const record = stored('1', 'main@x.com', { hs_additional_emails: 'Old@x.com;second@x.com' })
    const { crm, run } = scriptedHubSpot(() => json(200, { results: [record] }))
    const found = await run(crm.readByValue('email', ['second@x.com'], contacts))
    expect(found.get('second@x.com')).toEqual([
      { id: '1', values: { email: 'main@x.com', phone: null } },
    ])
  })

  it('asks singly for a value that the answer neither found nor missed', async () => {
    const { crm, run, seen } = scriptedHubSpot((request, before) => {
      if (before === 0) return json(200, { results: [] })
      if (request.method === 'POST') return batch([stored('1', 'a@x.com')])(request)
      return request.path.endsWith('/a%40x.com') ? json(200, stored('1', 'a@x.com')) : notFound
    })
    const found = await run(crm.readByValue('email', ['a@x.com', 'b@x.com'], contacts))
    expect([...found.keys()]).toEqual(['a@x.com'])
    const singles = seen.filter((request) => request.method === 'GET')
    expect(singles.map((request) => request.query.get('idProperty'))).toEqual(['email', 'email'])
  })

  it('asks for no value that is longer than a path may be', async () => {
    const { crm, run, seen } = scriptedHubSpot(() => json(200, { results: [] }))
    const long = crm.readByValue('email', [`${'x'.repeat(9_000)}@x.com`], contacts)
    await expect(run(long)).rejects.toMatchObject({ kind: 'poisoned', reason: 'lookup.too_long' })
    expect(seen.map(({ method }) => method)).toEqual(['POST'])
  })

  it('reads by record id where the field is the id', async () => {
    const { crm, run, seen } = scriptedHubSpot(batch([stored('1', 'a@x.com')]))
    const found = await run(crm.readByValue('hs_object_id', ['1'], contacts))
    expect(found.get('1')).toHaveLength(1)
    expect(seen[0]?.body).not.toHaveProperty('idProperty')
  })

  it('asks nothing for blank values', async () => {
    const { crm, run, seen } = scriptedHubSpot(() => notFound)
    expect((await run(crm.readByValue('email', [' '], contacts))).size).toBe(0)
    expect(seen).toHaveLength(0)
  })
})

describe('HubSpot search', () => {
  const companies = { object: 'companies', fields: ['city'] }
  const records = [
    { id: '1', properties: { name: 'Acme', city: 'Rome' } },
    { id: '2', properties: { name: 'ACME', city: 'Oslo' } },
    { id: '3', properties: { name: 'Moved on', city: null } },
  ]

  it('lists every record that still holds the value, ignoring case', async () => {
    const { crm, run, seen } = scriptedHubSpot((request) =>
      request.path.endsWith('/search')
        ? json(200, { total: 3, results: records.map(({ id }) => ({ id })) })
        : batch(records)(request),
    )
    const found = await run(crm.search('name', ['Acme', 'Nobody'], companies))
    expect([...found]).toEqual([
      [
        'Acme',
        [
          { id: '1', values: { city: 'Rome' } },
          { id: '2', values: { city: 'Oslo' } },
        ],
      ],
    ])
    const { values } = seen[0]?.body.filterGroups?.[0]?.filters[0] ?? {}
    expect(values).toEqual(['acme', 'nobody'])
  })

  it('reads all pages, five a second', async () => {
    const { crm, run, clock, seen } = scriptedHubSpot((request) => {
      if (!request.path.endsWith('/search')) return json(200, { results: [] })
      const at = Number(request.body.after ?? 0)
      const paging = at < 2_200 ? { paging: { next: { after: `${at + 200}` } } } : {}
      return json(200, { total: 2_400, results: [], ...paging })
    })
    await run(crm.search('name', ['acme'], companies))
    expect(seen).toHaveLength(12)
    expect(clock.monotonic()).toBeGreaterThan(2_000)
  })

  it('refuses more records than the search can list', async () => {
    const { crm, run } = scriptedHubSpot((request) => {
      const after = `${Number(request.body.after ?? 0) + 200}`
      return json(200, { total: 12_000, results: [], paging: { next: { after } } })
    })
    await expect(run(crm.search('name', ['acme'], companies))).rejects.toMatchObject({
      reason: 'search.too_many',
    })
  })

  it('divides values so that no body grows longer than documented', () => {
    const values = Array.from({ length: 1_000 }, (_, at) => `value number ${at}`)
    const pages = chunks('name', values)
    expect(pages.flat()).toEqual(values)
    for (const page of pages) {
      expect(page.length).toBeLessThanOrEqual(100)
      expect(JSON.stringify(page).length).toBeLessThan(2_900)
    }
    expect(() => chunks('name', ['x'.repeat(3_000)])).toThrow(/takes no value of 3000 characters/)
  })
})
