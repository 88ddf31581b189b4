import { describe, expect, it } from 'vitest'
import { json } from '../http/scripted-transport.ts'
import { scriptedHubSpot } from './scripted-hubspot.ts'

const field = { name: 'syncline_key', label: 'Syncline key' }
const groups = json(200, {
  results: [
    { name: 'old', label: 'Old', archived: true },
    { name: 'companyinformation', label: 'Company information', archived: false },
  ],
})

describe('createUniqueField', () => {
  it('creates a unique text property in the first group that is in use', async () => {
    const { crm, run, seen } = scriptedHubSpot(({ method }) =>
      method === 'GET' ? groups : json(201, { name: 'syncline_key' }),
    )
    await run(crm.createUniqueField?.('companies', field) ?? Promise.reject(new Error('absent')))
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /crm/v3/properties/companies/groups',
      'POST /crm/v3/properties/companies',
    ])
    expect(seen[1]?.body).toMatchObject({
      name: 'syncline_key',
      label: 'Syncline key',
      groupName: 'companyinformation',
      type: 'string',
      fieldType: 'text',
      hasUniqueValue: true,
    })
  })

  it('takes a name that is in use for a wrong request, not for a poisoned batch', async () => {
    const taken = { status: 'error', message: 'A property named so exists.', category: 'CONFLICT' }
    const { crm, run } = scriptedHubSpot(({ method }) =>
      method === 'GET' ? groups : json(409, taken),
    )
    await expect(
      run(crm.createUniqueField?.('companies', field) ?? Promise.resolve()),
    ).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('companies has or had a property syncline_key'),
    })
  })

  it('asks for nothing to be created where there is no group', async () => {
    const { crm, run, seen } = scriptedHubSpot(() => json(200, { results: [] }))
    await expect(
      run(crm.createUniqueField?.('companies', field) ?? Promise.resolve()),
    ).rejects.toMatchObject({
      kind: 'invalid',
    })
    expect(seen).toHaveLength(1)
  })
})
