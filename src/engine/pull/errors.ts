import { defineErrors } from '../../model/error.ts'

export const pullErrors = defineErrors('pull', {
  foreign_table: {
    kind: 'guard',
    summary: 'A table that the sync would write is there already, and is not the sync’s own.',
    remedy:
      'Choose another `to.schema`, or other names under `to.tables`; or rename the table that is there.',
  },
  moved_tables: {
    kind: 'guard',
    summary:
      'The sync names tables of an object otherwise than it did when it made them, and they are not under the new names. Nothing was read or loaded.',
    remedy:
      'Put the former names back. Or move the tables yourself as docs/working-tables.md says, and run again; or give the sync another name, to read everything into new tables.',
  },
  dropped_tables: {
    kind: 'guard',
    summary:
      'Tables in which a sync keeps an object are not there any more. Nothing of the object was read or loaded; its webhooks wait in the journal.',
    remedy:
      'Restore them all from one backup and run again: everything is read then. Where only tables of versions (`…__past`, `…__latest`) are gone, `syncline run` makes them anew from the log. To begin anew without former versions, drop or rename what is left of them and run once with --force.',
  },
  dropped_columns: {
    kind: 'guard',
    summary:
      'Tables in which a sync keeps an object lack columns that they had. Nothing of the object was read or loaded; its webhooks wait in the journal.',
    remedy:
      'Restore the tables from one backup and run again: everything is read then. Where only tables of versions (`…__past`, `…__latest`) lack columns of fields, `syncline run` makes them anew from the log. To go on with empty columns in the log, without what former versions had there, run once with --force.',
  },
  guard: {
    kind: 'guard',
    summary:
      'A read found more records deleted than the guards allow; the deletions were withheld.',
    remedy:
      'Look whether the records are gone in the CRM, and whether the credentials may still see them: `syncline reconcile` with --dry-run and --show names as many as you ask for. If it is right, run once with --force, or raise guards.max_deletes and run `syncline reconcile`; until then runs read what changed, and everything when that is due again.',
  },
  other_account: {
    kind: 'guard',
    summary: 'The connection reaches another CRM account than the one the history was pulled from.',
    remedy: 'Correct the credentials; for a new account use another environment or schema.',
  },
  lost_tombstones: {
    kind: 'guard',
    summary: 'Records were erased under another state, and this one can not tell which.',
    remedy:
      'Restore the state that erased them from its backup. Or, once these people are gone from the CRM too, delete the rows from the table `erased` in the working schema.',
  },
  exhausted: {
    kind: 'unreachable',
    summary: 'The CRM’s daily budget is used up, or the part of it that the connection may use.',
    remedy:
      'Run again when the day’s budget is renewed; what was loaded is kept. Or give the syncs a larger part of the day, by the option that the message names.',
  },
  unreachable: {
    kind: 'unreachable',
    summary: 'The CRM did not answer, or not in its own language.',
    remedy: 'Try again later; what was read before is kept, and read again.',
  },
  refused: {
    kind: 'auth',
    summary: 'The CRM refused the credentials, or they lack a permission.',
    remedy: 'Run `syncline check` to see what is missing.',
  },
  request: {
    kind: 'config',
    summary: 'The CRM says that the request is wrong.',
    remedy: 'Read the message of the CRM; `syncline check` may name the cause.',
  },
  internal: {
    kind: 'bug',
    summary:
      'Something failed that Syncline does not foresee. The other objects, and what was loaded before, are not touched by it.',
    remedy: 'Please report this with the whole text.',
  },
  unknown_field: {
    kind: 'config',
    summary: 'A field that is to be left out, or hashed, is none that the CRM tells of.',
    remedy:
      'Correct the name; `syncline discover` lists the fields of an object. Nothing of it was read, as it would be kept as it is.',
  },
  unused_pattern: {
    kind: 'config',
    summary:
      'A pattern under `fields.only` or `fields.include` fits no field that the CRM tells of: what it was to bring is not pulled. Everything else is, and nothing stops.',
    remedy:
      'Correct the name, or take the pattern out if the field is gone; `syncline discover` lists the fields of an object.',
  },
  too_many_columns: {
    kind: 'config',
    summary:
      'An object has as many columns as it may get for fields that its metadata does not foresee: 200 for these, 800 in all. Further ones are kept together in the column `more_fields`, and nothing stops; only a change that tells a part of its record is not loaded.',
    remedy:
      'Look whether ids or other data stand where names of fields should, and have the sender put them into one object or list; or leave such fields out with `fields.exclude`. Of a `webhook` connection declare the fields that are to have columns under `objects`.',
  },
  no_old_table: {
    kind: 'config',
    summary: 'A table of another tool was named that the warehouse does not have.',
    remedy:
      'Correct the name; it is looked for in the warehouse of the sync, by the names that the sync gives its own tables unless --table says otherwise.',
  },
  no_versions: {
    kind: 'config',
    summary: 'A table is to be taken over that lacks the columns which say when a version held.',
    remedy:
      'Choose the `history.preset` of the tool that wrote the table, and name the column of the ids with --key where it is not `id`.',
  },
  own_table: {
    kind: 'config',
    summary: 'A table is to be taken over that the sync itself writes.',
    remedy: 'Name the table of the other tool; it stays as it is.',
  },
  column_choice: {
    kind: 'config',
    summary: 'The command line names a column or a field that is not there.',
    remedy: 'Correct the name; `syncline discover` lists the fields of an object.',
  },
  unmatched_columns: {
    kind: 'config',
    summary:
      'Columns of another tool’s table may be of several fields of the CRM, or of none. Nothing was written.',
    remedy:
      'Say for each what it is: --map <object.column=field>, --keep <object.column> for a field that the CRM does not have any more, --ignore <object.column> to leave it out.',
  },
  pinned_column: {
    kind: 'config',
    summary:
      'A field of another tool’s table has another column in ours already, which never changes. Nothing was written.',
    remedy:
      'Leave the column out with --ignore, and change what reads it; or import into a new schema, before the first run.',
  },
  change_file: {
    kind: 'config',
    summary: 'A line of the file of changes is no change.',
    remedy:
      'Correct the line; docs/reference/change-file.md describes the format. Nothing was loaded.',
  },
})
