import * as v1 from 'pipedrive/v1'
import * as v2 from 'pipedrive/v2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localToken } from './pipedrive.ts'
import { noLimits } from './request/rate-limits.ts'
import { type PipedriveServer, servePipedrive } from './serve.ts'

const app = {
  clientId: 'app',
  clientSecret: 'secret',
  redirectUri: 'https://app.example.com/callback',
  scopes: ['base', 'deals:full', 'contacts:read'],
}

let server: PipedriveServer
let first: v1.Configuration
let second: v2.Configuration

beforeEach(async () => {
  server = await servePipedrive({
    port: 0,
    limits: noLimits,
    state: {
      apps: [app],
      records: {
        pipelines: [{ id: '1', values: { name: 'Sales' } }],
        stages: [
          { id: '1', values: { name: 'New', pipeline_id: 1, order_nr: 1 } },
          { id: '2', values: { name: 'Due', pipeline_id: 1, order_nr: 2 } },
        ],
      },
    },
  })
  first = new v1.Configuration({ apiKey: localToken, basePath: `${server.url}/api/v1` })
  second = new v2.Configuration({ apiKey: localToken, basePath: `${server.url}/api/v2` })
})

afterEach(() => server.close())

/** The body with which the client throws; it keeps neither status nor headers. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('the call was not refused')
}

const refused = { success: false, error: expect.any(String), data: null, additional_data: null }

interface Page<Item> {
  readonly data?: readonly Item[] | null
  readonly additional_data?: { readonly next_cursor?: string | null }
}

/** Reads a list to its end by cursor, and says how many were on each page. */
async function pagesOf<Item>(read: (cursor: string | null) => Promise<Page<Item>>) {
  const sizes: number[] = []
  let cursor: string | null = null
  do {
    const page: Page<Item> = await read(cursor)
    sizes.push(page.data?.length ?? 0)
    cursor = page.additional_data?.next_cursor ?? null
  } while (cursor !== null)
  return sizes
}

const after = (cursor: string | null) => ({ limit: 2, ...(cursor === null ? {} : { cursor }) })

describe('the official client, on records', () => {
  it('writes, reads, pages and deletes deals, the archived and deleted apart', async () => {
    const deals = new v2.DealsApi(second)
    for (const title of ['A', 'B', 'C']) {
      const { success, data } = await deals.addDeal({ AddDealRequest: { title, value: 5 } })
      expect([success, data?.title, data?.stage_id]).toEqual([true, title, 1])
    }
    expect(await pagesOf((cursor) => deals.getDeals(after(cursor)))).toEqual([2, 1])
    const won = await deals.updateDeal({ id: 1, UpdateDealRequest: { status: 'won' } })
    expect(won.data).toMatchObject({ status: 'won', won_time: expect.stringMatching(/Z$/) })
    await deals.updateDeal({ id: 2, UpdateDealRequest: { is_archived: true } })
    expect((await deals.getArchivedDeals()).data).toMatchObject([{ id: 2, is_archived: true }])
    expect((await deals.deleteDeal({ id: 3 })).data).toEqual({ id: 3 })
    expect((await deals.getDeals({ status: 'deleted' })).data).toMatchObject([{ id: 3 }])
    expect((await deals.getDeal({ id: 3 })).data?.is_deleted).toBe(true)
    const request = { id: 1, UpdateDealRequest: { lost_reason: 'price' } }
    expect(await refusal(deals.updateDeal(request))).toMatchObject(refused)
    expect(await refusal(deals.getDeal({ id: 99 }))).toMatchObject(refused)
    const since = { updated_since: '2026-01-01T00:00:00.000Z' }
    expect(await refusal(deals.getDeals(since))).toMatchObject(refused)
  })

  it('writes, reads, pages, searches and deletes persons', async () => {
    const persons = new v2.PersonsApi(second)
    const emails = [{ value: 'ann@x.com', primary: true, label: 'work' }]
    const made = await persons.addPerson({ AddPersonRequest: { name: 'Ann Lee', emails } })
    expect(made.data).toMatchObject({ first_name: 'Ann', emails, custom_fields: {} })
    for (const name of ['Bo', 'Cy']) await persons.addPerson({ AddPersonRequest: { name } })
    expect(await pagesOf((cursor) => persons.getPersons(after(cursor)))).toEqual([2, 1])
    const request = { id: 2, UpdatePersonRequest: { name: 'Bob' } }
    expect((await persons.updatePerson(request)).data?.name).toBe('Bob')
    const found = await persons.searchPersons({
      term: 'ANN@x.com',
      fields: 'email',
      exact_match: true,
    })
    expect(found.data?.items?.map(({ item }) => item?.emails)).toEqual([['ann@x.com']])
    await persons.deletePerson({ id: 1 })
    expect((await persons.getPerson({ id: 1 })).data?.is_deleted).toBe(true)
    expect(await refusal(persons.deletePerson({ id: 1 }))).toMatchObject(refused)
    expect(await refusal(persons.addPerson({ AddPersonRequest: {} }))).toMatchObject(refused)
  })

  it('writes, reads, pages and deletes organizations', async () => {
    const organizations = new v2.OrganizationsApi(second)
    for (const name of ['A', 'B', 'C']) {
      const address = { value: 'Rome', locality: 'Rome' }
      await organizations.addOrganization({ AddOrganizationRequest: { name, address } })
    }
    expect(await pagesOf((cursor) => organizations.getOrganizations(after(cursor)))).toEqual([2, 1])
    const changed = await organizations.updateOrganization({
      id: 1,
      UpdateOrganizationRequest: { address: { value: 'Rome' } },
    })
    expect(changed.data?.address).toMatchObject({ value: 'Rome', locality: null })
    await organizations.deleteOrganization({ id: 1 })
    expect((await organizations.getOrganization({ id: 1 })).data?.is_deleted).toBe(true)
    expect(await refusal(organizations.getOrganization({ id: 9 }))).toMatchObject(refused)
  })

  it('writes, reads, pages and deletes activities and products', async () => {
    const activities = new v2.ActivitiesApi(second)
    const products = new v2.ProductsApi(second)
    for (const name of ['A', 'B', 'C']) {
      await activities.addActivity({ AddActivityRequest: { subject: name, type: 'call' } })
      await products.addProduct({
        AddProductRequest: { name, prices: [{ currency: 'EUR', price: 2 }] },
      })
    }
    expect(await pagesOf((cursor) => activities.getActivities(after(cursor)))).toEqual([2, 1])
    expect(await pagesOf((cursor) => products.getProducts(after(cursor)))).toEqual([2, 1])
    const done = await activities.updateActivity({ id: 1, AddActivityRequest: { done: true } })
    expect(done.data).toMatchObject({ done: true, marked_as_done_time: expect.any(String) })
    expect((await activities.getActivity({ id: 2 })).data?.subject).toBe('B')
    expect(
      (await products.updateProduct({ id: 1, UpdateProductRequest: { code: 'X' } })).data,
    ).toMatchObject({
      code: 'X',
      prices: [{ product_id: 1, currency: 'EUR', price: 2 }],
    })
    await activities.deleteActivity({ id: 1 })
    await products.deleteProduct({ id: 1 })
    expect((await products.getProduct({ id: 1 })).data?.is_deleted).toBe(true)
    expect(await refusal(activities.deleteActivity({ id: 1 }))).toMatchObject(refused)
    expect(await refusal(products.getProduct({ id: 9 }))).toMatchObject(refused)
  })

  it('reads pipelines and stages', async () => {
    const pipelines = new v2.PipelinesApi(second)
    const stages = new v2.StagesApi(second)
    expect((await pipelines.getPipelines()).data).toMatchObject([{ id: 1, name: 'Sales' }])
    expect((await pipelines.getPipeline({ id: 1 })).data?.name).toBe('Sales')
    const read = (cursor: string | null) => stages.getStages({ ...after(cursor), limit: 1 })
    expect(await pagesOf(read)).toEqual([1, 1])
    expect((await stages.getStage({ id: 2 })).data?.pipeline_id).toBe(1)
    expect(await refusal(stages.getStage({ id: 9 }))).toMatchObject(refused)
  })
})

describe('the official client, on fields', () => {
  it('makes a field with options, fills it, finds by it, and pages through all', async () => {
    const fields = new v2.DealFieldsApi(second)
    const made = await fields.addDealField({
      AddDealFieldRequest: { field_name: 'Tier', field_type: 'enum', options: [{ label: 'Gold' }] },
    })
    const code = made.data?.field_code ?? ''
    const added = await fields.addDealFieldOptions({
      field_code: code,
      AddDealFieldOptionsRequestInner: [{ label: 'Silver' }],
    })
    expect(added.data).toEqual([{ id: 2, label: 'Silver' }])
    const deals = new v2.DealsApi(second)
    const custom = { title: 'A', custom_fields: { [code]: 2 } }
    await deals.addDeal({ AddDealRequest: custom })
    const labelled = await deals.getDeals({ include_option_labels: true, custom_fields: code })
    expect(labelled.data?.[0]?.custom_fields).toEqual({ [code]: { id: 2, label: 'Silver' } })
    expect((await fields.getDealField({ field_code: code })).data).toMatchObject({
      field_name: 'Tier',
      is_custom_field: true,
    })
    const sizes = await pagesOf((cursor) => fields.getDealFields({ ...after(cursor), limit: 30 }))
    expect(sizes.length).toBeGreaterThan(1)
    await fields.deleteDealField({ field_code: code })
    expect(await refusal(fields.getDealField({ field_code: code }))).toMatchObject(refused)
    const wrong = { AddDealRequest: custom }
    expect(await refusal(deals.addDeal(wrong))).toMatchObject({
      ...refused,
      error: expect.stringContaining(code),
    })
  })

  it.each([
    ['persons', () => new v2.PersonFieldsApi(second).getPersonFields()],
    ['organizations', () => new v2.OrganizationFieldsApi(second).getOrganizationFields()],
    ['products', () => new v2.ProductFieldsApi(second).getProductFields()],
    ['activities', () => new v2.ActivityFieldsApi(second).getActivityFields()],
  ])('reads those of %s', async (_object, read) => {
    const { data, additional_data: more } = await read()
    expect(data?.map(({ field_code: code }) => code)).toContain('add_time')
    expect(more?.next_cursor).toBeNull()
  })

  it('searches in one field', async () => {
    const fields = new v2.PersonFieldsApi(second)
    const made = await fields.addPersonField({
      AddPersonFieldRequest: { field_name: 'Key', field_type: 'varchar' },
    })
    const code = made.data?.field_code ?? ''
    const persons = new v2.PersonsApi(second)
    await persons.addPerson({ AddPersonRequest: { name: 'Ann', custom_fields: { [code]: 'K1' } } })
    const search = new v2.ItemSearchApi(second)
    const asked = { entity_type: 'person', field: code, match: 'exact' } as const
    const found = await search.searchItemByField({ ...asked, term: 'K1' })
    expect(found.data).toMatchObject([{ item: { id: 1, name: 'Ann' } }])
    expect((await search.searchItemByField({ ...asked, term: 'k1' })).data).toEqual([])
    const unknown = search.searchItemByField({ ...asked, field: 'nothing', term: 'K1' })
    expect(await refusal(unknown)).toMatchObject(refused)
  })
})

describe('the official client, on what only the first version has', () => {
  it('reads users, and the user it is', async () => {
    const users = new v1.UsersApi(first)
    expect((await users.getUsers()).data).toMatchObject([{ id: 1, is_you: true }])
    expect((await users.getCurrentUser()).data).toMatchObject({ company_domain: 'local' })
    expect((await users.getUser({ id: 1 })).data?.email).toBe('admin@example.com')
    expect(await refusal(users.getUser({ id: 9 }))).toMatchObject(refused)
  })

  it('writes, reads, pages and deletes leads and notes', async () => {
    const person = await new v2.PersonsApi(second).addPerson({ AddPersonRequest: { name: 'Ann' } })
    const personId = person.data?.id ?? 0
    const leads = new v1.LeadsApi(first)
    const notes = new v1.NotesApi(first)
    for (const title of ['A', 'B', 'C']) {
      await leads.addLead({ AddLeadRequest: { title, person_id: personId } })
      await notes.addNote({ AddNoteRequest: { content: title, person_id: personId } })
    }
    const begin = await leads.getLeads({ limit: 2 })
    expect(begin.data).toHaveLength(2)
    expect(begin.additional_data).toMatchObject({ pagination: { next_start: 2 } })
    const end = await leads.getLeads({ limit: 2, start: 2 })
    expect(end.additional_data).toMatchObject({ pagination: { more_items_in_collection: false } })
    const id = begin.data?.[0]?.id ?? ''
    await leads.updateLead({ id, UpdateLeadRequest: { is_archived: true } })
    expect((await leads.getArchivedLeads()).data).toMatchObject([{ id }])
    expect((await leads.getLead({ id })).data?.person_id).toBe(personId)
    expect((await leads.deleteLead({ id })).data).toEqual({ id })
    expect(await refusal(leads.getLead({ id }))).toMatchObject(refused)
    expect((await notes.getNotes({ limit: 2, start: 2 })).data).toMatchObject([{ content: 'C' }])
    const changed = await notes.updateNote({ id: 1, NoteRequest: { content: 'AA' } })
    expect(changed.data).toMatchObject({ content: 'AA', person: { name: 'Ann' } })
    expect((await notes.getNote({ id: 1 })).data?.add_time).toMatch(/^\d{4}-\d\d-\d\d \d\d:/)
    expect((await notes.deleteNote({ id: 1 })).data).toBe(true)
    expect(await refusal(notes.getNote({ id: 1 }))).toMatchObject(refused)
  })

  it('reads what changed lately', async () => {
    await new v2.PersonsApi(second).addPerson({ AddPersonRequest: { name: 'Ann' } })
    const recents = new v1.RecentsApi(first)
    const since = { since_timestamp: '2020-01-01 00:00:00', items: 'person' } as const
    const { data } = await recents.getRecents(since)
    expect(data).toMatchObject([{ item: 'person', id: 1, data: { name: 'Ann' } }])
    const wrong = recents.getRecents({ since_timestamp: '2020-01-01T00:00:00Z' })
    expect(await refusal(wrong)).toMatchObject(refused)
  })

  it('merges', async () => {
    const persons = new v2.PersonsApi(second)
    for (const name of ['A', 'B']) await persons.addPerson({ AddPersonRequest: { name } })
    const merge = new v1.PersonsApi(first)
    const request = { id: 1, MergePersonsRequest: { merge_with_id: 2 } }
    expect((await merge.mergePersons(request)).data).toMatchObject({ id: 2, merge_what_id: 1 })
    expect(await refusal(merge.mergePersons(request))).toMatchObject(refused)
    const organizations = new v2.OrganizationsApi(second)
    const deals = new v2.DealsApi(second)
    for (const name of ['A', 'B']) {
      await organizations.addOrganization({ AddOrganizationRequest: { name } })
      await deals.addDeal({ AddDealRequest: { title: name } })
    }
    const body = { merge_with_id: 2 }
    const orgs = new v1.OrganizationsApi(first)
    const merged = await orgs.mergeOrganizations({ id: 1, MergeOrganizationsRequest: body })
    expect(merged.data.id).toBe(2)
    const deal = await new v1.DealsApi(first).mergeDeals({ id: 1, MergeDealsRequest: body })
    expect(deal.data).toMatchObject({ id: 2 })
  })

  it('makes, lists and deletes webhooks', async () => {
    const webhooks = new v1.WebhooksApi(first)
    const request = {
      subscription_url: 'https://hooks.example.com/x',
      event_action: '*',
      event_object: '*',
      name: 'sync',
      version: '2.0',
    } as const
    const made = await webhooks.addWebhook({ AddWebhookRequest: request })
    expect(made.data).toMatchObject({ id: 1, is_active: 1, owner_id: 1 })
    expect((await webhooks.getWebhooks()).data).toHaveLength(1)
    const wrong = { AddWebhookRequest: { ...request, subscription_url: 'http://x.com' } }
    expect(await refusal(webhooks.addWebhook(wrong))).toEqual({
      status: 'error',
      success: false,
      errors: { subscription_url: [expect.any(String)] },
    })
    expect(await webhooks.deleteWebhook({ id: 1 })).toMatchObject({ success: true })
    expect((await webhooks.getWebhooks()).data).toEqual([])
  })
})

describe('the official client, refused', () => {
  it('gets the body of a 401, a 429 and a 403', async () => {
    const nobody = new v2.Configuration({ apiKey: 'x', basePath: `${server.url}/api/v2` })
    expect(await refusal(new v2.DealsApi(nobody).getDeals())).toEqual({
      success: false,
      error: 'unauthorized access',
      errorCode: 401,
      error_info: 'Please check developers.pipedrive.com',
    })
    const hammering = { refusals: 1, withinMs: 60_000, blockMs: 60_000 }
    server.simulator.configure({ limits: { ...noLimits, burst: 0, hammering } })
    const deals = new v2.DealsApi(second)
    expect(await refusal(deals.getDeals())).toMatchObject({ success: false, errorCode: 429 })
    expect(await refusal(deals.getDeals())).toContain('<!DOCTYPE html>')
  })
})

describe('the official client, with OAuth', () => {
  function oauth() {
    const { clientId, clientSecret, redirectUri } = app
    return new v2.OAuth2Configuration({ clientId, clientSecret, redirectUri, host: server.url })
  }

  it('takes a code for tokens, goes where the answer sends it, and renews', async () => {
    const config = oauth()
    await config.authorize(server.simulator.issueCode('app', '1'))
    expect(config.basePath).toBe(`${server.url}/api/v2`)
    const configuration = () =>
      new v2.Configuration({ accessToken: config.getAccessToken, basePath: config.basePath })
    expect((await new v2.DealsApi(configuration()).getDeals()).success).toBe(true)
    server.simulator.advance(3_600_000)
    expect(await refusal(new v2.DealsApi(configuration()).getDeals())).toMatchObject({
      errorCode: 401,
    })
    config.updateToken(await config.tokenRefresh())
    expect((await new v2.DealsApi(configuration()).getDeals()).success).toBe(true)
    const request = { AddPersonRequest: { name: 'Ann' } }
    expect(await refusal(new v2.PersonsApi(configuration()).addPerson(request))).toMatchObject({
      error: 'Scope and URL mismatch',
    })
    await config.revokeToken('refresh_token')
    expect(await refusal(config.tokenRefresh())).toMatchObject({ error: 'invalid_grant' })
  })

  it('is refused a code that nobody gave', async () => {
    expect(await refusal(oauth().authorize('nonsense'))).toMatchObject({ error: 'invalid_grant' })
  })
})
