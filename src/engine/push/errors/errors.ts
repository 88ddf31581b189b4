import { defineErrors } from '../../../model/error.ts'

export const pushErrors = defineErrors('push', {
  unknown_column: {
    kind: 'config',
    summary: 'The mapping, the key or the match names a column that the model does not have.',
    remedy: 'Correct the name in the sync, or select the column in the model.',
  },
  duplicate_column: {
    kind: 'config',
    summary: 'The model has several columns of one name, which no mapping can tell apart.',
    remedy: 'Give each column of the model a name of its own, with `as`.',
  },
  unsupported_column: {
    kind: 'config',
    summary: 'A mapped column has a type whose values are not taken as they are.',
    remedy: 'Cast the column in the model, e.g. to text.',
  },
  unknown_object: {
    kind: 'config',
    summary: 'The sync names an object that the CRM does not have.',
    remedy: 'Correct the name; `syncline discover` lists what there is.',
  },
  unknown_field: {
    kind: 'config',
    summary: 'The mapping names a field that the CRM object does not have.',
    remedy: 'Correct the name, or create the field in the CRM.',
  },
  read_only: {
    kind: 'config',
    summary: 'The mapping writes a field that the CRM does not let anyone write.',
    remedy: 'Remove the field from the mapping.',
  },
  create_only: {
    kind: 'config',
    summary:
      'The sync only updates, and maps a field that the CRM lets nobody write after the record was created.',
    remedy: 'Remove the field from the mapping.',
  },
  mistyped: {
    kind: 'config',
    summary: 'The column is of a kind that the field can never hold.',
    remedy: 'Cast the column in the model, or map it to another field.',
  },
  constant: {
    kind: 'config',
    summary: 'The mapping gives a field a constant that the field can never hold.',
    remedy: 'Correct the constant `value` in the sync.',
  },
  no_unique_field: {
    kind: 'config',
    summary:
      'The sync may create records, but no field that the CRM enforces as unique identifies them, so an unanswered create could be doubled.',
    remedy:
      'Match by a unique field, or make the field that `syncline check` names; it also says how.',
  },
  required_field: {
    kind: 'config',
    summary:
      'The sync may create records, and gives no value for a field that every new record must have.',
    remedy:
      'Map the field to a column, give it a constant `value`, or set `mode: update` where nothing is to be created.',
  },
  unknown_lookup: {
    kind: 'config',
    summary: 'A lookup names a list that the object does not have, or what no entry of it goes by.',
    remedy: 'Write one of the lookups that the message names, such as `owners.email`.',
  },
  no_associations: {
    kind: 'config',
    summary: 'The sync maps associations, and the CRM keeps none apart from fields.',
    remedy: 'Map the reference field instead.',
  },
  unknown_label: {
    kind: 'config',
    summary:
      'The sync gives its associations a label that the CRM does not have between the objects.',
    remedy: 'Correct the label, or create it in the CRM.',
  },
  target_not_unique: {
    kind: 'config',
    summary:
      'A lookup or association finds its record by a field that is not unique, so it may find several or none.',
    remedy: 'Look it up by a unique field of the other object.',
  },
  empty_model: {
    kind: 'guard',
    summary: 'The model gave no row, which is more often a broken query than an empty world.',
    remedy: 'Look at the model; if it is right, set guards.allow_empty_model: true.',
  },
  other_keys: {
    kind: 'guard',
    summary:
      'The key column changed its type, and no key of the model is one that was pushed before.',
    remedy: 'Give the key the form that it had, e.g. by a cast in the model.',
  },
  other_key_column: {
    kind: 'guard',
    summary: 'The key is another column than the one whose values the baseline has for keys.',
    remedy:
      'Put the key back, or give the sync a new name. A column that was only renamed, and has the values that it had, is accepted after `syncline state recover`.',
  },
  first_run: {
    kind: 'guard',
    summary: 'The sync has no baseline yet, so everything it plans is a first write.',
    remedy:
      'Look at `syncline plan`, then run with --first, apply the plan, or `adopt` what is there.',
  },
  guard: {
    kind: 'guard',
    summary: 'The plan changes, clears or deletes more than the guards allow.',
    remedy:
      'Look at the plan: `syncline plan` with --show tells as much of it as you ask for. If it is right, raise the guard in the sync, or run once with --force.',
  },
  other_account: {
    kind: 'guard',
    summary: 'The connection reaches another CRM account than the one the baseline is bound to.',
    remedy: 'Correct the credentials; for a new account use another environment.',
  },
  other_object: {
    kind: 'guard',
    summary: 'The sync pushes another object than the one whose records its baseline holds.',
    remedy: 'Put the object back, or give the sync a new name.',
  },
  shared: {
    kind: 'config',
    summary:
      'Two syncs write the same field, or delete from the same object, which they call by different names.',
    remedy: 'Leave it to one of them, or say `shared: true` in both.',
  },
  not_writable: {
    kind: 'guard',
    summary: 'This environment may not write to the connection.',
    remedy: 'Choose the environment that may write with --env.',
  },
  paused: {
    kind: 'busy',
    summary: 'The sync is paused.',
    remedy: 'Resume it with `syncline resume`.',
  },
  call_cap: {
    kind: 'busy',
    summary:
      'The sync, or all syncs of its connection, made as many API calls today as max_calls_per_day allows.',
    remedy: 'Wait for the next day (UTC), or raise max_calls_per_day.',
  },
  exhausted: {
    kind: 'unreachable',
    summary: 'The CRM’s daily budget is used up, or the part of it that the connection may use.',
    remedy:
      'Run again when the day’s budget is renewed; what was confirmed is kept. Or give the syncs a larger part of the day, by the option that the message names.',
  },
  unreachable: {
    kind: 'unreachable',
    summary: 'The CRM did not answer, or not in its own language.',
    remedy: 'Try again later; what was confirmed is kept, what was in flight is resolved first.',
  },
  refused: {
    kind: 'auth',
    summary: 'The CRM refused the credentials, or they lack a permission.',
    remedy: 'Run `syncline check` to see what is missing.',
  },
  request: {
    kind: 'config',
    summary: 'The CRM says that the request is wrong for every record.',
    remedy: 'Read the message of the CRM; `syncline check` may name the cause.',
  },
  job_under_way: {
    kind: 'unreachable',
    summary: 'The CRM works on a job of the sync, and the run ended before the job did.',
    remedy:
      'Run again: the next run waits for the job and takes its results, nothing is sent twice. One that does not end can be ended in the CRM, or given up with `syncline run <sync> --give-up-jobs`.',
  },
  job_refused: {
    kind: 'auth',
    summary:
      'The CRM works on a job of the sync, and does not let us ask for it any more: a permission was taken away, or the credentials were.',
    remedy:
      'Give the user of the connection the permission back (`syncline check` names what is missing) and run again: the next run takes the job’s results. Or give the job up with `syncline run <sync> --give-up-jobs`.',
  },
  unknown_run: {
    kind: 'config',
    summary: 'There is no such run, or none that can be applied.',
    remedy: 'List the runs with `syncline runs`.',
  },
  world_moved: {
    kind: 'guard',
    summary:
      'The model, the mapping, the CRM’s fields or the baseline changed since the plan was made.',
    remedy: 'Make a new plan and review it.',
  },
})
