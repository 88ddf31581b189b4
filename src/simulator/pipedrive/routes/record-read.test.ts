import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../json.ts'
import { openLocal, startOfTest } from '../open-local.ts'

const minute = 60_000
const ids = (items: readonly JsonObject[]) => items.map(({ id }) => id)
const hash = 'a'.repeat(40)
const choice = 'b'.repeat(40)
const option = (id: number, label: string) => ({
  id,
  label,
  color: null,
  addedAt: 0,
  updatedAt: null,
})

/** So many organizations, one minute apart, the last one now. */
function organizations(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: String(index + 1),
    values: { name: `O${index + 1}`, owner_id: 1 },
    addedAt: startOfTest - (count - index - 1) * minute,
  }))
}

/** All pages of a list, as the ids on each. */
function pages(local: ReturnType<typeof openLocal>, path: string) {
  const found: (readonly unknown[])[] = []
  let cursor = ''
  do {
    const { status, items, next } = local.call(`GET ${path}&cursor=${cursor}`)
    expect(status).toBe(200)
    found.push(ids(items))
    cursor = next ?? ''
  } while (cursor !== '')
  return found
}

describe('a list', () => {
  it('has 100 records unless told otherwise, 500 at most, and ends with a null cursor', () => {
    const local = openLocal({ state: { records: { organizations: organizations(501) } } })
    const list = '/api/v2/organizations'
    expect(local.call(`GET ${list}`).items).toHaveLength(100)
    expect(pages(local, `${list}?limit=500`).map((page) => page.length)).toEqual([500, 1])
    const last = local.call(`GET ${list}?ids=1`)
    expect(last.body['additional_data']).toEqual({ next_cursor: null })
    for (const limit of ['501', '0', 'x', '1.5']) {
      expect(local.call(`GET ${list}?limit=${limit}`).status).toBe(400)
    }
  })

  it.each(['persons', 'organizations', 'activities', 'products', 'deals', 'pipelines', 'stages'])(
    'of %s has the envelope of the second version',
    (path) => {
      const { body } = openLocal().call(`GET /api/v2/${path}`)
      expect(body).toEqual({ success: true, data: [], additional_data: { next_cursor: null } })
    },
  )

  it.each([
    'sort_by=id',
    'sort_by=update_time',
    'sort_by=add_time',
    'sort_by=id&sort_direction=desc',
  ])('sorted by %s gives every record once, over all pages', (query) => {
    const local = openLocal({ state: { records: { organizations: organizations(7) } } })
    const found = pages(local, `/api/v2/organizations?limit=3&${query}`)
    expect(found.map((page) => page.length)).toEqual([3, 3, 1])
    const inOrder = query.endsWith('desc') ? [7, 6, 5, 4, 3, 2, 1] : [1, 2, 3, 4, 5, 6, 7]
    expect(found.flat()).toEqual(inOrder)
  })

  it('goes on after the last record that was shown, not at a position', () => {
    const local = openLocal({ state: { records: { organizations: organizations(4) } } })
    const first = local.call('GET /api/v2/organizations?limit=2')
    local.call('DELETE /api/v2/organizations/1')
    const second = local.call(`GET /api/v2/organizations?limit=2&cursor=${first.next ?? ''}`)
    expect(ids(second.items)).toEqual([3, 4])
  })

  it('refuses a cursor of its own making, an unknown sort and an unknown direction', () => {
    const local = openLocal()
    for (const query of ['cursor=abc', 'sort_by=name', 'sort_direction=up', 'cursor=WzFd']) {
      expect(local.call(`GET /api/v2/persons?${query}`).status).toBe(400)
    }
  })

  it('takes at most 100 ids', () => {
    const local = openLocal({ state: { records: { organizations: organizations(5) } } })
    expect(ids(local.call('GET /api/v2/organizations?ids=2,4,99').items)).toEqual([2, 4])
    const many = Array.from({ length: 101 }, (_, index) => index + 1).join(',')
    expect(local.call(`GET /api/v2/organizations?ids=${many}`).status).toBe(400)
  })
})

describe('a list by time', () => {
  const path = 'GET /api/v2/organizations?sort_by=update_time'
  const at = (count: number) => new Date(startOfTest - count * minute).toISOString().slice(0, 19)

  it('takes updated_since as inclusive and updated_until as exclusive', () => {
    const local = openLocal({ state: { records: { organizations: organizations(4) } } })
    expect(ids(local.call(`${path}&updated_since=${at(2)}Z`).items)).toEqual([2, 3, 4])
    const between = `${path}&updated_since=${at(2)}Z&updated_until=${at(0)}Z`
    expect(ids(local.call(between).items)).toEqual([2, 3])
  })

  it.each(['2026-03-10T12:00:00.000Z', '2026-03-10 12:00:00', '2026-03-10', 'now'])(
    'refuses %s, which is not RFC 3339 to the second',
    (time) => {
      const local = openLocal()
      const given = encodeURIComponent(time)
      expect(local.call(`${path}&updated_since=${given}`).status).toBe(400)
      expect(local.call(`${path}&updated_until=${given}`).status).toBe(400)
    },
  )

  it('knows times to the second only, in filters, orders and records', () => {
    const [one] = organizations(1)
    const early = { ...one, id: '1', values: { name: 'A' }, updatedAt: startOfTest + 900 }
    const late = { ...one, id: '2', values: { name: 'B' }, updatedAt: startOfTest + 100 }
    const local = openLocal({ state: { records: { organizations: [early, late] } } })
    const { items } = local.call(`${path}&updated_since=${at(0)}Z`)
    expect(ids(items)).toEqual([1, 2])
    expect(items.map((item) => item['update_time'])).toEqual([`${at(0)}Z`, `${at(0)}Z`])
    expect(local.call(`${path}&updated_until=${at(0)}Z`).items).toEqual([])
  })

  it('leaves out rows without a time of change, which other lists show with null', () => {
    const old = { id: '9', values: { name: 'Old' }, updatedAt: null }
    const local = openLocal({ state: { records: { organizations: [old, ...organizations(1)] } } })
    expect(ids(local.call(`${path}&updated_since=2000-01-01T00:00:00Z`).items)).toEqual([1])
    const all = local.call(path)
    expect(all.items.map(({ id, update_time: time }) => [id, time === null])).toEqual([
      [9, true],
      [1, false],
    ])
    expect(pages(local, `${path.slice(4)}&limit=1`).flat()).toEqual([9, 1])
  })

  it('misses deletions of persons and organizations', () => {
    const local = openLocal({ state: { records: { organizations: organizations(2) } } })
    local.advance(minute)
    local.call('DELETE /api/v2/organizations/1')
    const since = `${path}&updated_since=${at(5)}Z`
    expect(ids(local.call(since).items)).toEqual([2])
    expect(ids(local.call(`${since}&status=deleted`).items)).toEqual([2])
  })
})

describe('lists of deals', () => {
  function deals() {
    const local = openLocal({
      state: {
        records: {
          pipelines: [{ id: '1', values: { name: 'P' } }],
          stages: [{ id: '1', values: { name: 'S', pipeline_id: 1 } }],
          users: [{ id: '2', values: { name: 'Bo', email: 'b@x.com' } }],
        },
      },
    })
    for (const title of ['open', 'won', 'lost', 'archived', 'deleted']) {
      local.create('/api/v2/deals', { title })
    }
    local.call('PATCH /api/v2/deals/2', { status: 'won' })
    local.call('PATCH /api/v2/deals/3', { status: 'lost' })
    local.call('PATCH /api/v2/deals/4', { is_archived: true })
    local.call('DELETE /api/v2/deals/5')
    return local
  }

  it('show what is neither archived nor deleted; the archived have a list of their own', () => {
    const local = deals()
    expect(ids(local.call('GET /api/v2/deals').items)).toEqual([1, 2, 3])
    expect(ids(local.call('GET /api/v2/deals/archived').items)).toEqual([4])
  })

  it('take several statuses, and show what was deleted in the last 30 days', () => {
    const local = deals()
    expect(ids(local.call('GET /api/v2/deals?status=won,lost').items)).toEqual([2, 3])
    const deleted = local.call('GET /api/v2/deals?status=deleted')
    expect(deleted.items).toMatchObject([{ id: 5, status: 'deleted', is_deleted: true }])
    expect(local.call('GET /api/v2/deals?status=gone').status).toBe(400)
    local.advance(30 * 86_400_000)
    expect(local.call('GET /api/v2/deals?status=deleted').items).toEqual([])
    expect(local.call('GET /api/v2/deals/5').status).toBe(404)
  })

  it('are filtered by owner, pipeline, stage, person and organization', () => {
    const local = deals()
    const person = local.create('/api/v2/persons', { name: 'Ann' })
    const org = local.create('/api/v2/organizations', { name: 'Acme' })
    local.call('PATCH /api/v2/deals/1', { person_id: person, org_id: org, owner_id: 2 })
    for (const query of [`person_id=${person}`, `org_id=${org}`, 'owner_id=2']) {
      expect(ids(local.call(`GET /api/v2/deals?${query}`).items)).toEqual([1])
    }
    expect(ids(local.call('GET /api/v2/deals?pipeline_id=1&stage_id=1').items)).toEqual([1, 2, 3])
    expect(local.call('GET /api/v2/deals?owner_id=me').status).toBe(400)
    expect(ids(local.call('GET /api/v2/persons?deal_id=1').items)).toEqual([person])
  })

  it('let a saved filter override every other one', () => {
    const local = deals()
    const filter = { id: 7, object: 'deal', equals: { status: 'won' } } as const
    local.pipedrive.seed({ filters: [filter] })
    const { items } = local.call('GET /api/v2/deals?filter_id=7&status=lost&ids=1')
    expect(ids(items)).toEqual([2])
    expect(local.call('GET /api/v2/deals?filter_id=8').status).toBe(404)
  })
})

describe('what a record shows', () => {
  const fields = {
    deal: [
      { code: hash, name: 'Key', type: 'varchar' as const },
      {
        code: choice,
        name: 'Tier',
        type: 'set' as const,
        options: [option(5, 'Gold'), option(6, 'Silver')],
      },
      { code: 'label_ids', options: [option(3, 'Hot')] },
    ],
  }
  const one = { id: '1', values: { title: 'A', [choice]: [5, 6], label_ids: [3] } }

  it('nests custom fields, with the unset ones as null', () => {
    const local = openLocal({ state: { fields, records: { deal: [one] } } })
    const { data } = local.call('GET /api/v2/deals/1')
    expect(data['custom_fields']).toEqual({ [hash]: null, [choice]: [5, 6] })
  })

  it('trims custom fields to at most 15 that are named', () => {
    const local = openLocal({ state: { fields, records: { deal: [one] } } })
    const { items } = local.call(`GET /api/v2/deals?custom_fields=${hash}`)
    expect(items[0]?.['custom_fields']).toEqual({ [hash]: null })
    const many = Array.from({ length: 16 }, () => hash).join(',')
    expect(local.call(`GET /api/v2/deals?custom_fields=${many}`).status).toBe(400)
  })

  it('gives options and labels their names when asked', () => {
    const local = openLocal({ state: { fields, records: { deal: [one] } } })
    const query = 'include_option_labels=true&include_labels=true'
    const { items } = local.call(`GET /api/v2/deals?${query}`)
    expect(items[0]).toMatchObject({
      custom_fields: {
        [choice]: [
          { id: 5, label: 'Gold' },
          { id: 6, label: 'Silver' },
        ],
      },
      labels: [{ id: 3, label: 'Hot' }],
    })
  })

  it('has counters when they are named, and they bump no update_time', () => {
    const local = openLocal({ state: { fields, records: { deal: [one] } } })
    const read = () =>
      local.call('GET /api/v2/deals/1?include_fields=activities_count,next_activity_id').data
    expect(read()).toMatchObject({ activities_count: 0, next_activity_id: null })
    const { update_time: before } = read()
    local.advance(minute)
    local.create('/api/v2/activities', { subject: 'Call', deal_id: 1, due_date: '2026-04-01' })
    expect(read()).toMatchObject({
      activities_count: 1,
      next_activity_id: 1,
      update_time: before,
    })
    expect(local.call('GET /api/v2/deals/1').data).not.toHaveProperty('activities_count')
  })

  it('is 404 where there is none, and says that it is deleted for 30 days', () => {
    const local = openLocal({ state: { records: { organizations: organizations(1) } } })
    expect(local.call('GET /api/v2/organizations/2').status).toBe(404)
    local.call('DELETE /api/v2/organizations/1')
    local.advance(30 * 86_400_000 - 1)
    expect(local.call('GET /api/v2/organizations/1').data).toMatchObject({ is_deleted: true })
    local.advance(1)
    expect(local.call('GET /api/v2/organizations/1').status).toBe(404)
  })

  it('is hidden from users who may not see it', () => {
    const users = [
      { id: '2', values: { name: 'Bo', email: 'b@x.com', group_id: 4 } },
      { id: '3', values: { name: 'Cy', email: 'c@x.com', group_id: 4 } },
    ]
    const shared = [1, 3, 5, 7].map((visible, index) => ({
      id: String(index + 1),
      values: { name: `V${visible}`, visible_to: visible, owner_id: 3 },
    }))
    const foreign = { id: '9', values: { name: 'V5', visible_to: 5, owner_id: 1 } }
    const local = openLocal({
      state: {
        records: { users, persons: [...shared, foreign] },
        apiTokens: [{ token: 'bo', userId: '2' }],
      },
    })
    const asBo = { 'x-api-token': 'bo' }
    expect(ids(local.call('GET /api/v2/persons', undefined, asBo).items)).toEqual([2, 3, 4])
    expect(local.call('GET /api/v2/persons/1', undefined, asBo).status).toBe(404)
    expect(local.call('GET /api/v2/persons').items).toHaveLength(5)
  })
})
