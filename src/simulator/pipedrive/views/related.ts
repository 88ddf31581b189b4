/** What other records say of a record: counters and neighbours. Nothing of it is stored, and nothing of it bumps a time. */
import type { Company } from '../store/company.ts'
import type { ObjectName } from '../wire/objects.ts'
import type { StoredRecord } from '../store/records.ts'
import { flag, number, text } from '../store/values.ts'

/** By which field records of one object name those of another. */
const links: Readonly<Partial<Record<ObjectName, string>>> = {
  deal: 'deal_id',
  person: 'person_id',
  organization: 'org_id',
}

/** Of one request: what is looked up once stays. */
export class Related {
  readonly #company: Company
  readonly #groups = new Map<string, Map<string, StoredRecord[]>>()

  constructor(company: Company) {
    this.#company = company
  }

  /** Fields whose names end in `_count` are 0 where nothing of their kind is kept here. */
  value(object: ObjectName, { id }: StoredRecord, name: string): number | null {
    const link = links[object]
    if (link === undefined) return null
    const activities = this.#of('activity', link, id)
    const open = activities.filter(({ values }) => !flag(values, 'done'))
    const deals = object === 'deal' ? [] : this.#of('deal', link, id)
    const inStatus = (...statuses: string[]) =>
      deals.filter(({ values }) => statuses.includes(text(values, 'status') ?? '')).length
    switch (name) {
      case 'activities_count':
        return activities.length
      case 'done_activities_count':
        return activities.length - open.length
      case 'undone_activities_count':
        return open.length
      case 'next_activity_id':
        return idOf(open.toSorted(byDueDate)[0])
      case 'last_activity_id':
        return idOf(
          activities
            .filter(({ values }) => flag(values, 'done'))
            .toSorted(byDueDate)
            .at(-1),
        )
      case 'notes_count':
        return this.#of('note', link, id).length
      case 'people_count':
        return this.#of('person', link, id).length
      case 'open_deals_count':
        return inStatus('open')
      case 'won_deals_count':
        return inStatus('won')
      case 'lost_deals_count':
        return inStatus('lost')
      case 'closed_deals_count':
        return inStatus('won', 'lost')
      default:
        return name.endsWith('_count') ? 0 : null
    }
  }

  #of(object: ObjectName, link: string, id: string): readonly StoredRecord[] {
    const key = `${object} ${link}`
    const known = this.#groups.get(key)
    if (known !== undefined) return known.get(id) ?? []
    const groups = new Map<string, StoredRecord[]>()
    for (const record of this.#company.table(object).all()) {
      const to = number(record.values, link)
      if (to === null || record.deletedAt !== null) continue
      const group = groups.get(String(to)) ?? []
      group.push(record)
      groups.set(String(to), group)
    }
    this.#groups.set(key, groups)
    return groups.get(id) ?? []
  }
}

function idOf(record: StoredRecord | undefined): number | null {
  return record === undefined ? null : Number(record.id)
}

function byDueDate(a: StoredRecord, b: StoredRecord): number {
  const [one, other] = [text(a.values, 'due_date') ?? '', text(b.values, 'due_date') ?? '']
  return one < other ? -1 : one > other ? 1 : Number(a.id) - Number(b.id)
}
