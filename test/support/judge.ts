/**
 * Judges a history by its evidence, with rules of its own: the CRM holds what the model says or what
 * a person made of it, no record is doubled, the baseline tells the truth, every row of every run
 * has one outcome, and nobody's edit was overwritten against the sync's rules.
 */
import type { BaselineEntry, Evidence, JudgedField, Values } from './evidence.ts'
import { CrmStory } from './crm-story.ts'

/** Complaints, one sentence each; none when all is right. */
export function judge(evidence: Evidence): readonly string[] {
  const story = new CrmStory(evidence.crm)
  return [
    ...judgeAccounts(evidence),
    ...judgeDoubles(evidence, story),
    ...judgeKeys(evidence, story),
    ...judgeOverwrites(evidence, story),
    ...judgeDeletions(evidence, story),
  ]
}

function judgeAccounts({ reports, operations, unended, crm }: Evidence): string[] {
  const complaints = unended.map((run) => `run ${run} never ended`)
  complaints.push(...crm.unendedJobs.map((job) => `job ${job} was given data and never ended`))
  for (const { runId, state, rows, outcomes, planned } of reports) {
    // Of a plan that a guard stopped, the operations wait for a person's word.
    const waiting = state === 'stopped' ? planned.creates + planned.updates + planned.deletes : 0
    const sum = Object.values(outcomes).reduce((total, each) => total + each, waiting)
    if (sum !== rows) complaints.push(`${runId} counts ${sum} outcomes for ${rows} rows`)
    const delivered = operations.filter(
      (each) => each.runId === runId && each.status === 'delivered',
    )
    if (delivered.length !== outcomes['delivered']) {
      complaints.push(
        `${runId} reports ${outcomes['delivered']} delivered, its operations list ${delivered.length}`,
      )
    }
  }
  const seen = new Set<string>()
  for (const { runId, key } of operations) {
    if (key === '') continue
    if (seen.has(`${runId} ${key}`)) complaints.push(`${runId} has two outcomes for key ${key}`)
    seen.add(`${runId} ${key}`)
  }
  return complaints
}

function judgeDoubles({ baseline, crm }: Evidence, story: CrmStory): string[] {
  const complaints: string[] = []
  const byKey = new Map<string, string>()
  for (const [id, values] of story.records) {
    const key = values[crm.keyField] ?? null
    if (key === null || !story.createdByApi(id)) continue
    const other = byKey.get(key)
    if (other !== undefined) complaints.push(`key ${key} has two live records, ${other} and ${id}`)
    byKey.set(key, id)
  }
  const bound = new Map<string, string>()
  for (const { key, remoteId, presence } of baseline.values()) {
    if (presence === 'archived' || presence === 'deleted') continue
    const other = bound.get(remoteId)
    if (other !== undefined) complaints.push(`record ${remoteId} is bound to ${other} and ${key}`)
    bound.set(remoteId, key)
  }
  const resolved = new Set([...baseline.values()].map(({ remoteId }) => story.resolve(remoteId)))
  for (const id of story.records.keys()) {
    if (story.createdByApi(id) && !resolved.has(id)) {
      complaints.push(`record ${id} was created by the sync, and no key is bound to it`)
    }
  }
  return complaints
}

function judgeKeys(evidence: Evidence, story: CrmStory): string[] {
  const { model, baseline, duplicateKeys, sync, crm } = evidence
  const { field } = sync.match
  const claims = claimsOf(evidence)
  const owners = ownersOf(evidence, story)
  const complaints: string[] = []
  for (const [key, values] of model) {
    if (duplicateKeys.has(key)) continue
    const value = crm.identity(field, values[sync.match.column] ?? null)
    if (value === '') continue
    const entry = baseline.get(key)
    const own = entry === undefined ? [] : [story.resolve(entry.remoteId)]
    const holders = story.holders(field, value)
    // Where two rows want one record, or one value, a person must say whose it is.
    const isFree = holders.every((id) =>
      entry === undefined ? (owners.get(id) ?? [key]).includes(key) : own.includes(id),
    )
    const wanted = [...holders, ...own].flatMap((id) => story.held(id, field))
    const rivals = [...wanted, value].some((each) => claims.get(each)?.some((one) => one !== key))
    if (!isFree || rivals) continue
    // People merged its record into another; whose that one is, is theirs to say.
    if (entry !== undefined && own[0] !== entry.remoteId) continue
    if (entry === undefined && isRightlyInDoubt(evidence, story, key)) continue
    if (entry === undefined) complaints.push(...judgeUnbound(evidence, key, holders))
    else if ((owners.get(own[0] ?? '')?.length ?? 1) === 1) {
      complaints.push(...judgeBound(evidence, story, entry, values))
    }
  }
  for (const entry of baseline.values()) {
    if (model.has(entry.key)) continue
    const id = story.resolve(entry.remoteId)
    // A record that a merge made two rows', or that another row wants, is not ours to end.
    if (story.held(id, field).some((each) => claims.has(each))) continue
    if (owners.get(id)?.some((key) => key !== entry.key)) continue
    if (isLeftToGuest(evidence, story, entry)) continue
    complaints.push(...judgeRemoved(evidence, story, entry))
  }
  return complaints
}

/** The keys whose rows want each match value. */
function claimsOf({ model, duplicateKeys, sync, crm }: Evidence): Map<string, readonly string[]> {
  const claims = new Map<string, readonly string[]>()
  for (const [key, values] of model) {
    if (duplicateKeys.has(key)) continue
    const value = crm.identity(sync.match.field, values[sync.match.column] ?? null)
    claims.set(value, [...(claims.get(value) ?? []), key])
  }
  return claims
}

/** Keys by the record that each is bound to now, after merges. */
function ownersOf({ baseline }: Evidence, story: CrmStory): Map<string, string[]> {
  const owners = new Map<string, string[]>()
  for (const { key, remoteId, presence } of baseline.values()) {
    if (presence === 'archived' || presence === 'deleted') continue
    const id = story.resolve(remoteId)
    owners.set(id, [...(owners.get(id) ?? []), key])
  }
  return owners
}

/**
 * Whether the row waits for a person, as it should where its answer was lost and its match value led to a record
 * that people merged others into, or gave that value: nobody can tell whether what was made for the row is one of
 * the merged ones, or had to give up the value.
 */
function isRightlyInDoubt({ operations, sync }: Evidence, story: CrmStory, key: string): boolean {
  const last = operations.findLast((operation) => operation.key === key)
  if (last?.reason !== 'in_doubt') return false
  const isTouched = (word: string): boolean =>
    story.isSurvivor(word) || story.isTypedInto(word, sync.match.field)
  return last.message?.match(/\b\w+\b/g)?.some(isTouched) ?? false
}

/**
 * Whether the row left its record to another row, whose own went up in it; that row may have left the model since,
 * and what becomes of the record is the word of those who merged them.
 */
function isLeftToGuest(
  { operations, baseline }: Evidence,
  story: CrmStory,
  entry: BaselineEntry,
): boolean {
  const { key, remoteId } = entry
  const last = operations.findLast((operation) => operation.key === key)
  if (last?.reason !== 'record.merged') return false
  return [...baseline.values()].some(
    (guest) => guest.remoteId !== remoteId && story.resolve(guest.remoteId) === remoteId,
  )
}

function judgeUnbound({ sync }: Evidence, key: string, holders: readonly string[]): string[] {
  if (sync.mode === 'update' && holders.length !== 1) return []
  if (sync.mode === 'insert' && holders.length > 0) return []
  return [`key ${key} has a right row and no record in the baseline`]
}

function judgeBound(
  { sync, crm }: Evidence,
  story: CrmStory,
  entry: BaselineEntry,
  values: Values,
): string[] {
  const { key, presence, considered } = entry
  const id = story.resolve(entry.remoteId)
  const record = story.records.get(id)
  // Somebody deleted it: the row waits, is skipped or created anew, as the sync says.
  if (record === undefined) {
    return story.endedByPerson(id) ? [] : [`key ${key}: record ${id} is gone`]
  }
  const complaints: string[] = []
  for (const [column, value] of Object.entries(considered)) {
    if (value !== (values[column] ?? null)) {
      complaints.push(`key ${key}: column ${column} is ${values[column]}, considered ${value}`)
    }
  }
  if (presence !== 'present') return complaints
  // Without a look, a row may have written into the record that a merge made another row's.
  if (!sync.readBefore && story.isSurvivor(id)) return complaints
  // A record that was adopted by another address than its main one keeps both.
  const matched = crm.identity(sync.match.field, values[sync.match.column] ?? null)
  const isFound = entry.origin === 'adopted' && story.held(id, sync.match.field).includes(matched)
  const match: readonly JudgedField[] = isFound ? [] : [{ ...sync.match, write: 'always' }]
  for (const field of [...match, ...sync.fields]) {
    complaints.push(...judgeField({ sync, crm }, story, entry, id, field, record, values))
  }
  return complaints
}

function judgeField(
  { sync, crm }: Pick<Evidence, 'sync' | 'crm'>,
  story: CrmStory,
  entry: BaselineEntry,
  id: string,
  { field, column, write }: JudgedField,
  record: Values,
  values: Values,
): string[] {
  const held = record[field] ?? null
  const wanted = values[column] ?? null
  const plain = crm.kept(field, wanted)
  const last = story.writes(id, field).at(-1)
  const told = entry.crmValues[field]
  const complaints: string[] = []
  const where = `key ${entry.key}, record ${id}, ${field}`
  if (last?.source === 'api' && last.kind !== 'merge') {
    // A null is sent only after a value that this row's sync confirmed.
    const isNullHeld = wanted === null && entry.withheld[field] === 'skipped'
    const isWithheld = write !== 'always' || sync.mode === 'insert' || isNullHeld
    if (held !== plain && !isWithheld) complaints.push(`${where}: CRM ${held}, model ${plain}`)
    // What was confirmed is of the record that went up in this one, and a condition left this one's value.
    const isOfMerged = story.isSurvivor(id) && entry.withheld[field] !== undefined
    if (told !== undefined && !isOfMerged && told !== held && crm.kept(field, told) !== held) {
      complaints.push(`${where}: CRM ${held}, baseline says ${told}`)
    }
  } else if (last === undefined && held === null && plain !== null && sync.mode !== 'insert') {
    // Nobody ever wrote it: an empty field takes whatever the condition.
    complaints.push(`${where}: CRM is empty, model ${plain}`)
  }
  // Whoever wrote it since: the model's value was confirmed once, or left out by the sync's rules.
  const isLeft = write !== 'always' || sync.mode === 'insert' || entry.withheld[field] !== undefined
  const confirmed = told === undefined ? null : crm.kept(field, told)
  if (!isLeft && confirmed !== plain) {
    complaints.push(`${where}: model ${plain}, and ${confirmed} was confirmed`)
  }
  return complaints
}

function judgeRemoved(
  { sync, duplicateKeys, hasUnkeyed }: Evidence,
  story: CrmStory,
  { key, remoteId, presence, origin, withheld }: BaselineEntry,
): string[] {
  if (hasUnkeyed || duplicateKeys.has(key) || origin !== 'created') return []
  const id = story.resolve(remoteId)
  if (id !== remoteId) return []
  const record = story.records.get(id)
  switch (sync.removedRows) {
    case 'ignore':
      return []
    case 'archive':
    case 'delete':
      if (presence === 'present') return [`key ${key} left the model and is still present`]
      return record === undefined || !story.createdByApi(id) || restored(story, id)
        ? []
        : [`key ${key} left the model, record ${id} is alive`]
    case 'clear':
      if (presence === 'present') return [`key ${key} left the model and is still present`]
      return Object.entries(record ?? {}).flatMap(([field, value]) => {
        const isMapped = sync.fields.some((each) => each.field === field)
        const byApi = story.writes(id, field).at(-1)?.source === 'api'
        // A field that was withheld stays as it is.
        return isMapped && byApi && value !== null && withheld[field] === undefined
          ? [`key ${key} left the model, record ${id} still holds ${field}`]
          : []
      })
    default:
      return sync.removedRows satisfies never
  }
}

function restored(story: CrmStory, id: string): boolean {
  return story.log.some((entry) => entry.id === id && entry.kind === 'restore')
}

/** Whether a person's value was there before the run that wrote over it even began. */
function judgeOverwrites({ sync, runStarts }: Evidence, story: CrmStory): string[] {
  const complaints: string[] = []
  if (!sync.readBefore) return complaints
  for (const { field, write } of sync.fields) {
    if (write === 'always') continue
    for (const id of new Set(story.log.map((entry) => entry.id))) {
      const writes = story.writes(id, field)
      for (const [index, each] of writes.entries()) {
        const earlier = writes[index - 1]
        if (each.source !== 'api' || each.kind !== 'update' || earlier === undefined) continue
        if (earlier.source !== 'person' || each.before === null || each.before === '') continue
        if (earlier.kind === 'merge' && story.isBrought(id, field, earlier)) continue
        // A run asks before it writes, which takes time: at its very start the one before it wrote.
        const begun = runStarts.findLast((start) => start < each.sentAt) ?? 0
        if (earlier.at >= begun) continue
        complaints.push(
          `record ${id}, ${field} (${write}): a person's ${each.before} became ${each.after}`,
        )
      }
    }
  }
  return complaints
}

/** Only what the sync created may be deleted by it. */
function judgeDeletions(_: Evidence, story: CrmStory): string[] {
  return story.log.flatMap(({ id, kind, source }) =>
    source === 'api' && kind === 'delete' && !story.createdByApi(id)
      ? [`record ${id} was deleted, and the sync did not create it`]
      : [],
  )
}
