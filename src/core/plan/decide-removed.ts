/** What to do with a row that left the model, as far as the sync's policy goes. */
import type { FieldChange } from '../../model/operation.ts'
import { matchKey } from '../mapping/normal-form.ts'
import { sameValue } from '../mapping/same-value.ts'
import type { DecideContext } from './decide.ts'
import type { CrmRecord, Found } from './crm-record.ts'
import { sinceMapped } from './due-field.ts'
import { isEmpty, isTheirs, isWithheld } from './judge-field.ts'
import { afterLook, linksInDoubt } from './link-doubt.ts'
import { leftAlone } from '../sql/hold.ts'
import { concluded, type DueRow, type PlanRow, undecided } from './plan-row.ts'

/** Decides a row that left the model; only reached when absence can be trusted. */
export function decideRemoved(due: DueRow, found: Found, context: DecideContext): PlanRow {
  const { sync } = context
  const baseline = due.baseline
  if (baseline === null || sync.removedRows === 'ignore' || baseline.presence === 'cleared') {
    const outcome = { status: 'skipped', reason: 'removed.ignored' } as const
    return giveOwed(due, found, context) ?? concluded(due, outcome)
  }
  if (baseline.origin === 'adopted' && !sync.deleteAdopted) {
    const message = 'this sync did not create the record'
    const outcome = { status: 'skipped', reason: leftAlone, message, hold: 'content' } as const
    return giveOwed(due, found, context) ?? concluded(due, outcome)
  }
  const record = found === null ? { id: baseline.remoteId, values: baseline.crmValues } : found[0]
  if (record === undefined) {
    // What a record that is gone held is free for another one.
    return concluded(due, { status: 'unchanged' }, { presence: 'deleted', matchValue: null })
  }
  // The survivor of a merge holds what others brought into it: it is not ours to remove.
  if (record.id !== baseline.remoteId) {
    return leaveToSurvivor(due, `the record was merged into ${record.id}`)
  }
  return sync.removedRows === 'clear'
    ? clear(due, record, found, context)
    : remove(due, record, context)
}

/** The record is another row's, or will be: this one leaves it as it is. */
export function leaveToSurvivor(due: DueRow, message: string): PlanRow {
  const outcome = { status: 'skipped', reason: 'record.merged', message } as const
  return concluded(due, outcome, { presence: 'deleted', matchValue: null })
}

/**
 * A run that was cut short inside a ring of claims left the record without its match value, and the row
 * has left the model since: the record gets the value that the run had for it. Null where the record
 * is owed none.
 */
function giveOwed(due: DueRow, found: Found, context: DecideContext): PlanRow | null {
  const released = due.baseline?.released ?? null
  const { match, normalise } = context.mapping
  if (released === null || due.baseline === null || match === null) return null
  const { field } = match
  const record = found === null ? { id: due.baseline.remoteId, values: {} } : found[0]
  if (record === undefined || record.id !== due.baseline.remoteId) {
    return concluded(due, { status: 'unchanged' }, { presence: 'deleted', matchValue: null })
  }
  const rest = { remoteId: record.id, presence: due.baseline.presence } as const
  const crm = record.values[field.name] ?? null
  if (!isEmpty(crm)) {
    const matchValue = matchKey(normalise, field, crm ?? '')
    return concluded(due, { status: 'unchanged' }, { ...rest, matchValue })
  }
  const change = { ...(found === null ? {} : { crm }), after: released }
  return {
    ...undecided(due),
    ...rest,
    kind: 'update',
    matchValue: matchKey(normalise, field, released),
    changes: { [field.name]: change },
  }
}

function clear(due: DueRow, record: CrmRecord, found: Found, context: DecideContext): PlanRow {
  const changes: Record<string, FieldChange> = {}
  const required: string[] = []
  const baseline = found === null ? due.baseline : sinceMapped(due.baseline, record, context)
  for (const compiled of context.mapping.fields) {
    const { field, mapping, association } = compiled
    // Without a look the record's values are the baseline's.
    const [unconfirmed = null] = linksInDoubt(record.values, field.name)
    const crm = record.values[field.name] ?? unconfirmed
    if (field.name === context.mapping.match?.field.name || isEmpty(crm)) continue
    // What a person made of it since is not ours to clear, where the field's condition says so.
    const confirmed = baseline?.crmValues[field.name] ?? null
    if (mapping.write !== 'always' && !sameValue(field, crm, confirmed)) continue
    if (isTheirs(compiled, crm, confirmed)) continue
    if (baseline !== null && isWithheld(baseline, field.name)) continue
    // One that can't be emptied would get the whole record refused.
    if (field.required === true || field.createOnly === true) {
      required.push(field.name)
      continue
    }
    // What is written apart is taken away by what we gave.
    changes[field.name] = { ...(association === null ? {} : { sent: crm }), crm, after: null }
  }
  // What the record is owed comes in a run of its own: were it refused, the fields would not be emptied either.
  const owed = giveOwed(due, found, context)
  const matchValue = owed?.kind === 'update' ? null : ((owed ?? due.baseline)?.matchValue ?? null)
  const known = due.baseline?.crmValues ?? {}
  const crmValues = found === null ? known : afterLook(known, record.values)
  const rest = { remoteId: record.id, presence: 'cleared', matchValue, crmValues } as const
  if (Object.keys(changes).length === 0) {
    return concluded(due, required.length === 0 ? { status: 'unchanged' } : kept(required), rest)
  }
  return { ...undecided(due), ...rest, kind: 'update', changes }
}

/** The outcome of a clear that found nothing else to empty. */
function kept(required: readonly string[]) {
  const message = `the CRM does not let them be emptied: ${required.join(', ')}`
  return { status: 'skipped', reason: 'removed.required', message } as const
}

function remove(due: DueRow, record: CrmRecord, context: DecideContext): PlanRow {
  const { match, normalise } = context.mapping
  const held = match === null ? null : (record.values[match.field.name] ?? null)
  return {
    ...undecided(due),
    kind: 'delete',
    remoteId: record.id,
    presence: 'archived',
    matchValue: null,
    releases: held === null || match === null ? null : matchKey(normalise, match.field, held),
  }
}
