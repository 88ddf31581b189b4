/**
 * Why a row was not delivered, or not as a whole: every reason that an outcome may carry. Reasons are
 * part of the interface, like the codes of errors: reports count by them, and alerting selects by them.
 */
import type { OutcomeStatus } from './operation.ts'

export interface RowReason {
  /** Statuses that it comes with. */
  readonly with: readonly OutcomeStatus[]
  /** One sentence for the reference page: what is the case. */
  readonly summary: string
  /** What the person should do, as an imperative sentence; or what happens by itself. */
  readonly remedy: string
}

const untilChanged =
  'Correct the value in the model, or the field in the CRM; the row waits until either changes.'

const correctTable =
  'Correct the row in the other tool’s table, or take over a view that does, and take it over again.'

/** By dotted name. */
export const rowReasons = {
  'key.null': {
    with: ['rejected'],
    summary: 'The row has no key.',
    remedy: 'Give each row a key in the model. Until then no row counts as removed.',
  },
  'key.duplicate': {
    with: ['rejected'],
    summary: 'Several rows of the model have the same key; none of them is sent.',
    remedy: 'Let the model give one row for each key.',
  },
  'match.null': {
    with: ['rejected'],
    summary: 'The match value is null or blank, so no record can be found by it.',
    remedy: untilChanged,
  },
  'match.collision': {
    with: ['rejected'],
    summary: 'Another row has the same match value, as the CRM would spell it; neither is sent.',
    remedy: 'Let the model give one row for each match value.',
  },
  'match.ambiguous': {
    with: ['rejected'],
    summary: 'Several records in the CRM have the match value.',
    remedy:
      'Merge them in the CRM, or match by a unique field. The row is tried again in later runs.',
  },
  'match.taken': {
    with: ['rejected'],
    summary: 'The CRM says that another record has the unique value, and shows no such record.',
    remedy:
      'Look for the value in the CRM, its recycle bin included. The row is tried again in later runs.',
  },
  'record.bound': {
    with: ['rejected'],
    summary: 'The record that the row finds belongs to another key of this sync.',
    remedy: 'Let one row of the model stand for one record.',
  },
  'record.foreign': {
    with: ['rejected'],
    summary:
      'The record that has the row’s `syncline_key` has another match value: it may be another project’s.',
    remedy:
      'Give the sync a name that no other project uses in this account, or correct the record. The row is tried again in later runs.',
  },
  'record.deleted': {
    with: ['skipped', 'deferred'],
    summary: 'Somebody deleted the record in the CRM.',
    remedy:
      'Set `if_deleted: recreate` where it should be made again; deferred rows are made by the next run. A record that is restored is found again by itself.',
  },
  'record.changed': {
    with: ['deferred'],
    summary:
      'A field with a write condition was changed in the CRM after the plan had looked at it.',
    remedy: 'Run again: the next run judges the condition by the new value.',
  },
  'record.gone': {
    with: ['deferred'],
    summary: 'The record vanished between the look and the write.',
    remedy: 'Run again: the next run looks at it anew.',
  },
  'record.merged': {
    with: ['skipped'],
    summary:
      'The row left the model, and its record was merged into another, which is not ours to remove.',
    remedy: 'Do nothing, or remove the other record in the CRM.',
  },
  'mode.exists': {
    with: ['skipped'],
    summary: 'The sync only creates (`mode: insert`), and there is such a record.',
    remedy: 'Set `mode: upsert` where it should be updated.',
  },
  'mode.no_record': {
    with: ['skipped'],
    summary: 'The sync only updates (`mode: update`), and there is no such record.',
    remedy: 'Set `mode: upsert` where it should be created. The row is tried again in later runs.',
  },
  'field.conflict': {
    with: ['rejected'],
    summary:
      'All fields to write were changed in the CRM since our last write, which `write: if_unchanged` protects.',
    remedy: 'Look at the record; `syncline verify --settle` or `syncline retry` decides.',
  },
  'field.withheld': {
    with: ['skipped'],
    summary:
      'All fields to write were left alone: the CRM holds a value (`write: if_empty`), or the model has null and never sent a value.',
    remedy: 'Do nothing; `syncline retry` looks again.',
  },
  'field.create_only': {
    with: ['rejected'],
    summary:
      'The value of a field changed that the CRM lets nobody change after the record was created; nothing of the row is sent.',
    remedy:
      'Put the value back in the model, or delete the record in the CRM and set `if_deleted: recreate`; the row waits until its values change, or the field in the CRM does.',
  },
  'removed.ignored': {
    with: ['skipped'],
    summary: 'The row left the model, and `removed_rows: ignore` says to do nothing.',
    remedy: 'Do nothing.',
  },
  'removed.adopted': {
    with: ['skipped'],
    summary: 'The row left the model, and this sync did not create its record.',
    remedy: 'Set `delete_adopted: true` where such records should be removed, too.',
  },
  'removed.uncertain': {
    with: ['skipped'],
    summary:
      'The row seems to have left the model, which has rows without key, so nobody can tell.',
    remedy: 'Give each row a key in the model.',
  },
  'removed.released': {
    with: ['skipped'],
    summary:
      'The row left the model, and its record has no match value, as another row has the one that it was to get.',
    remedy:
      'Do nothing, as it is tried again by itself, at most a day later; or remove the record in the CRM.',
  },
  'removed.required': {
    with: ['skipped'],
    summary:
      'The row left the model, and its record holds only values in fields that the CRM does not let be emptied.',
    remedy: 'Do nothing, or remove the record in the CRM.',
  },
  'removed.superseded': {
    with: ['skipped'],
    summary:
      'The row left the model, and a row with another key and its match value took its place.',
    remedy: 'Do nothing.',
  },
  'lookup.unknown': {
    with: ['rejected'],
    summary:
      'Nothing in the CRM has the name or value that a `lookup` or an association looks for.',
    remedy:
      'Correct the name, or add the owner, stage or record. The row is tried again in later runs.',
  },
  'lookup.ambiguous': {
    with: ['rejected'],
    summary: 'Several things in the CRM have the name or value that is looked for.',
    remedy:
      'Look up by something unique, such as `owners.email`. The row is tried again in later runs.',
  },
  'lookup.too_long': {
    with: ['rejected'],
    summary: 'The value is longer than any by which the CRM can be asked.',
    remedy: untilChanged,
  },
  'search.too_many': {
    with: ['rejected'],
    summary: 'More records have the match value than the CRM lists.',
    remedy:
      'Merge them in the CRM, or match by a unique field. The row is tried again in later runs.',
  },
  dependency: {
    with: ['deferred'],
    summary: 'The record that an association leads to is not there yet.',
    remedy: 'Do nothing: every later run looks again. `if_missing` says otherwise.',
  },
  'value.empty': {
    with: ['rejected'],
    summary: 'An empty text was to go into a field that is no text.',
    remedy: 'Give null where the field is to be emptied.',
  },
  'value.not_a_boolean': {
    with: ['rejected'],
    summary: 'The value is neither true nor false.',
    remedy: untilChanged,
  },
  'value.not_a_date': {
    with: ['rejected'],
    summary: 'The value is no date of the form YYYY-MM-DD.',
    remedy: untilChanged,
  },
  'value.not_a_datetime': {
    with: ['rejected'],
    summary: 'The value is no instant in UTC.',
    remedy: untilChanged,
  },
  'value.not_a_list': {
    with: ['rejected'],
    summary: 'The value of a field with several options is no list of texts.',
    remedy: untilChanged,
  },
  'value.not_a_number': {
    with: ['rejected'],
    summary: 'The value is no number.',
    remedy: untilChanged,
  },
  'value.not_a_time': {
    with: ['rejected'],
    summary: 'The value is no time of day.',
    remedy: untilChanged,
  },
  'value.precision': {
    with: ['rejected'],
    summary: 'The field can not hold the value exactly, and nothing is rounded silently.',
    remedy: 'Round it in the model, as you mean it.',
  },
  'value.too_large': {
    with: ['rejected'],
    summary: 'The number has more digits before the point than the field takes.',
    remedy: untilChanged,
  },
  'value.too_long': {
    with: ['rejected'],
    summary: 'The text is longer than the field takes.',
    remedy: 'Shorten it in the model, as you mean it.',
  },
  'value.type': {
    with: ['rejected'],
    summary: 'A value of this kind can not become one of the field.',
    remedy: 'Cast the column in the model.',
  },
  'value.unknown_option': {
    with: ['rejected'],
    summary: 'The value is none of the options of the field, neither by value nor by label.',
    remedy:
      'Correct the value, or add the option in the CRM. The row is tried again in later runs.',
  },
  'value.ambiguous_option': {
    with: ['rejected'],
    summary: 'Several options of the field have this label.',
    remedy: 'Give the value of the option in place of its label.',
  },
  'value.unstorable': {
    with: ['rejected'],
    summary: 'The text has a character that the field can not hold.',
    remedy: 'Take the character out in the model.',
  },
  'value.zone_needed': {
    with: ['rejected'],
    summary: 'A timestamp is to become a date, and no zone says on which day it lies.',
    remedy: 'Set `time_zone` of the field.',
  },
  'transform.skipped': {
    with: ['skipped'],
    summary: 'The row transform returned null.',
    remedy: 'Do nothing.',
  },
  'transform.error': {
    with: ['rejected'],
    summary: 'The row transform threw an error, or returned what is no row.',
    remedy: 'Correct the file at the line of the message, or the row.',
  },
  'transform.missing': {
    with: ['rejected'],
    summary: 'The mapping reads a column that neither the model nor the row transform gives.',
    remedy: 'Return the column, select it in the model, or take it out of the mapping.',
  },
  'transform.limit': {
    with: ['rejected'],
    summary: 'The row transform used too much time, memory or depth for the row.',
    remedy: 'Make it do less for each row. The row is tried again in later runs.',
  },
  'value.not_taken': {
    with: ['rejected'],
    summary:
      'The CRM answered that all is well and kept a field’s old value; the row’s other fields were written.',
    remedy:
      'Look at the field’s rules in the CRM: HubSpot moves a lifecycle stage forward only, until it is cleared. ' +
      untilChanged,
  },
  'crm.not_applied': {
    with: ['deferred'],
    summary: 'The row was sent several times, and the CRM never applied it.',
    remedy: 'Do nothing: it is tried again in later runs.',
  },
  'fate.changed': {
    with: ['deferred'],
    summary: 'The answer to a request was lost, and the record is neither as before nor as sent.',
    remedy: 'Run again: the next run looks at it anew.',
  },
  in_doubt: {
    with: ['deferred'],
    summary:
      'The answer to a create was lost or late, or its job was given up, and nobody can tell what became of the record, or into which one people merged it.',
    remedy: 'Look for the record in the CRM, then `syncline retry` the key.',
  },
  'association.unaccounted': {
    with: ['deferred'],
    summary: 'The record was written; whether its association was, the CRM did not say.',
    remedy: 'Run again: the next run sends what is missing.',
  },
  'upsert.no_key': {
    with: ['rejected'],
    summary: 'The row has no value in the unique field by which the CRM was to find its record.',
    remedy: untilChanged,
  },
  'run.ended_early': {
    with: ['deferred'],
    summary: 'The run ended before the row’s turn: it was stopped, or the CRM failed.',
    remedy: 'Run again.',
  },
  'run.in_flight': {
    with: ['deferred'],
    summary:
      'The row was sent, and the run ended before it was known what became of it: the CRM still worked on its job, or could not be asked any more today.',
    remedy:
      'Run again: the next run finds out first. A job that does not end is given up with `syncline run <sync> --give-up-jobs`.',
  },
  'run.interrupted': {
    with: ['deferred'],
    summary:
      'The run was cut off while the row was under way, as its process died or its disk was full, and the CRM did not apply it.',
    remedy: 'Run again.',
  },
  'run.limit': {
    with: ['deferred'],
    summary: 'The row is beyond the `--limit` of the run.',
    remedy: 'Run again, without the limit or with it.',
  },
  'adopt.differs': {
    with: ['deferred'],
    summary: 'Adopting found other values in the CRM, or no record, and sends nothing.',
    remedy: 'Look at the plan that `adopt` shows, and apply it.',
  },
  'version.no_key': {
    with: ['rejected'],
    summary:
      'A row of a table to take over has no id of a record, or one that the CRM can not have.',
    remedy: correctTable,
  },
  'version.bad_time': {
    with: ['rejected'],
    summary:
      'A row of a table to take over does not say when the version began, or says a time finer than a microsecond.',
    remedy: correctTable,
  },
  'version.empty': {
    with: ['rejected'],
    summary: 'A version of a table to take over ends when or before it begins, so it never held.',
    remedy: 'Do nothing: no moment is without its version for that.',
  },
  'version.same_start': {
    with: ['rejected'],
    summary:
      'Two versions of a record begin in the same instant; the one that held longer is taken over.',
    remedy: 'Do nothing, or correct the row in the other tool’s table, and take it over again.',
  },
  'version.value': {
    with: ['rejected'],
    summary:
      'A version of a table to take over has a value that can not be read exactly as what the field is; a gap stands in its place.',
    remedy:
      'Look at the column that the message names. Take over a view that reads it rightly, or leave the column out with --ignore.',
  },
  'version.overtaken': {
    with: ['skipped'],
    summary:
      'A version of a table to take over began when the CRM itself told of the record already, which is what counts from then on.',
    remedy: 'Do nothing.',
  },
  'version.erased': {
    with: ['skipped'],
    summary: 'A row of a table to take over is of a record that was erased.',
    remedy: 'Do nothing; who is to be erased from the other tool’s table, too, is erased there.',
  },
} as const satisfies Readonly<Record<string, RowReason>>

/** Beginnings of reasons whose rest is what the other side said. */
export const openReasons = {
  'crm.': {
    with: ['deferred'],
    summary:
      'The whole request failed: `crm.refused` and `crm.reset` are the network, `crm.timeout` no answer, `crm.DAILY` a limit that is used up, `crm.lease` a run that lost its hold; the rest is the CRM’s own word.',
    remedy: 'Read the message; the next run sends what is missing.',
  },
  'association.': {
    with: ['deferred', 'rejected'],
    summary: 'The record was written and its association was not; the rest is the CRM’s own word.',
    remedy: 'Read the message; the next run sends what is missing.',
  },
} as const satisfies Readonly<Record<string, RowReason>>
