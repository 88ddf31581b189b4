import { describe, expect, it } from 'vitest'
import { readingNeeds } from '../connector.ts'
import { json } from '../http/scripted-transport.ts'
import { hubspot } from './connector.ts'
import { scriptedHubSpot } from './scripted-hubspot.ts'

describe('HubSpot references', () => {
  it('lists all pages of owners by email and name, archived ones left out', async () => {
    const { crm, run, seen } = scriptedHubSpot(({ query }) =>
      query.get('after') === null
        ? json(200, {
            results: [{ id: '1', email: 'Ann@X.com', firstName: 'Ann', lastName: 'Lee' }],
            paging: { next: { after: 'MQ==' } },
          })
        : json(200, {
            results: [
              { id: '2', email: null, firstName: 'Queue', type: 'QUEUE' },
              { id: '3', email: 'gone@x.com', archived: true },
            ],
          }),
    )
    expect(await run(crm.references('owners', 'contacts'))).toEqual([
      { id: '1', names: { email: 'ann@x.com', name: 'Ann Lee' } },
      { id: '2', names: { name: 'Queue' } },
    ])
    expect(seen[1]?.query.get('after')).toBe('MQ==')
  })

  const pipelines = json(200, {
    results: [
      {
        id: 'default',
        label: 'Sales',
        stages: [
          { id: 's1', label: 'New' },
          { id: 's2', label: 'Old', archived: true },
        ],
      },
      { id: '77', label: 'Renewals', stages: [{ id: 's3', label: 'New' }] },
      { id: '78', label: 'Gone', archived: true, stages: [] },
    ],
  })

  it('lists pipelines of the object by label', async () => {
    const { crm, run, seen } = scriptedHubSpot(() => pipelines)
    expect(await run(crm.references('pipelines', 'deals'))).toEqual([
      { id: 'default', names: { label: 'Sales' } },
      { id: '77', names: { label: 'Renewals' } },
    ])
    expect(seen[0]?.path).toBe('/crm/v3/pipelines/deals')
  })

  it('lists stages with the pipeline they belong to', async () => {
    const { crm, run } = scriptedHubSpot(() => pipelines)
    expect(await run(crm.references('stages', 'deals'))).toEqual([
      { id: 's1', names: { label: 'New' }, parent: { list: 'pipelines', id: 'default' } },
      { id: 's3', names: { label: 'New' }, parent: { list: 'pipelines', id: '77' } },
    ])
  })

  it('has pipelines of some objects alone, and of the account’s own where there are any', async () => {
    const has = (object: string): readonly string[] =>
      hubspot.lists.filter((list) => list.has(object)).map(({ name }) => name)
    expect(has('contact')).toEqual(['owners'])
    expect(has('0-2')).toEqual(['owners'])
    expect(has('deals')).toEqual(['owners', 'pipelines', 'stages'])
    expect(has('machines')).toEqual(['owners', 'pipelines', 'stages'])
    const { crm, run } = scriptedHubSpot(() => json(200, { results: [] }))
    await expect(run(crm.references('stages', 'machines'))).rejects.toMatchObject({
      kind: 'invalid',
      message: 'HubSpot has no pipelines of machines',
    })
    await expect(run(crm.references('stages', 'deals'))).rejects.toMatchObject({ kind: 'unknown' })
  })

  it('refuses a list it does not know, by name', async () => {
    const { crm, run } = scriptedHubSpot(() => pipelines)
    await expect(run(crm.references('teams', 'deals'))).rejects.toThrow(/no list “teams”/)
  })
})

describe('HubSpot permissions', () => {
  const writing = { ...readingNeeds, creates: true }

  it.each([
    ['to read alone', readingNeeds, ['GET properties', 'GET objects']],
    [
      'to associate',
      { ...readingNeeds, associates: true },
      ['GET properties', 'GET objects', 'POST objects'],
    ],
    [
      'to look up owners and stages',
      { ...readingNeeds, lists: ['owners', 'stages'] },
      ['GET properties', 'GET objects', 'GET owners', 'GET pipelines'],
    ],
  ])('asks for exactly what is needed %s', async (_, needs, asked) => {
    const { crm, run, seen } = scriptedHubSpot(() => json(200, { results: [] }))
    await run(crm.missingPermissions('deals', needs))
    expect(seen.map(({ method, path }) => `${method} ${path.split('/')[3]}`)).toEqual(asked)
  })

  it('names each missing scope once, with its remedy', async () => {
    const refused = (scope: string) =>
      json(403, {
        category: 'MISSING_SCOPES',
        message: 'no scope',
        errors: [{ message: 'm', context: { requiredGranularScopes: [scope] } }],
      })
    const { crm, run, seen } = scriptedHubSpot(({ method, path }) => {
      if (method === 'POST') return refused('crm.objects.contacts.write')
      return path.startsWith('/crm/v3/objects')
        ? refused('crm.objects.contacts.read')
        : json(200, { results: [] })
    })
    const missing = await run(crm.missingPermissions('contacts', writing))
    expect(missing.map(({ permission, why }) => `${permission} ${why}`)).toEqual([
      'crm.objects.contacts.read to read contacts',
      'crm.objects.contacts.write to write contacts',
    ])
    expect(missing[0]?.remedy).toContain('crm.objects.contacts.read')
    expect(seen.find(({ method }) => method === 'POST')?.body).toEqual({ inputs: [] })
  })

  it('takes any other refusal of the empty write for a granted permission', async () => {
    const { crm, run } = scriptedHubSpot(({ method }) =>
      method === 'POST' ? json(400, { message: 'no inputs' }) : json(200, { results: [] }),
    )
    expect(await run(crm.missingPermissions('contacts', writing))).toEqual([])
  })

  it('throws for a token that is not known at all', async () => {
    const { crm, run } = scriptedHubSpot(() => json(401, { category: 'INVALID_AUTHENTICATION' }))
    await expect(run(crm.missingPermissions('contacts', writing))).rejects.toMatchObject({
      kind: 'auth',
    })
  })
})
