import { defineErrors } from '../model/error.ts'

export const appErrors = defineErrors('app', {
  unknown_sync: {
    kind: 'config',
    summary: 'A sync was asked for by a name that no file under syncs/ has.',
    remedy: 'Use a name that `syncline validate` lists.',
  },
  bad_sync: {
    kind: 'config',
    summary: 'The sync that was asked for has configuration errors.',
    remedy: 'Correct the errors that `syncline validate` lists.',
  },
  not_erased: {
    kind: 'config',
    summary:
      'A person may still be in the tables of a sync that the state knows and the project does not.',
    remedy:
      'Correct or restore its file, or name it in `renamed_from` of its successor, and run `syncline erase` again; or drop its tables in the working schema.',
  },
  other_direction: {
    kind: 'config',
    summary: 'A command that is for pushes was asked of a pull, or one for pulls of a push.',
    remedy: 'Name another sync.',
  },
  no_syncs: {
    kind: 'config',
    summary:
      'No sync was chosen: the project has none, it has several and none was named, or none has the tag.',
    remedy: 'Add a file under syncs/, such as the one that `syncline init` makes.',
  },
  invalid_project: {
    kind: 'config',
    summary: 'The project file has errors, so nothing can run.',
    remedy: 'Correct the errors that are listed.',
  },
  no_run_token: {
    kind: 'config',
    summary: '`serve --on-request` would never work: nobody may ask it to.',
    remedy: 'Set `server.run_token`, or leave the option out.',
  },
  journal_waits: {
    kind: 'guard',
    summary:
      'Webhooks wait to be loaded for longer, or are more, than `server.journal_alarm` allows.',
    remedy:
      'Look at `syncline status` and at what `serve` says: the sync may be paused, held, or its warehouse away. A server that was started before a pull was added forgets nothing while that pull runs elsewhere: start it again. What waits is not lost.',
  },
  folder_not_empty: {
    kind: 'config',
    summary: '`init` or `demo` would overwrite a file.',
    remedy: 'Choose an empty folder.',
  },
  not_pulled: {
    kind: 'config',
    summary: 'An object was asked for that a pull does not read.',
    remedy: 'Name an object that the sync has under `from.objects`.',
  },
  not_pulled_yet: {
    kind: 'config',
    summary: 'The columns of an object were asked for before it was pulled for the first time.',
    remedy: 'Run the sync once.',
  },
  dbt_project: {
    kind: 'config',
    summary: 'A folder that was named as a dbt project is none.',
    remedy: 'Name the folder with `dbt_project.yml` by --to.',
  },
  dbt_files: {
    kind: 'guard',
    summary: '`dbt` would write over a file that somebody made or edited.',
    remedy:
      'Keep your own work in files of other names, then write these anew with --force; --dry-run shows which would change.',
  },
  not_readable: {
    kind: 'config',
    summary: 'A source that only sends webhooks was to be read.',
    remedy: 'Load what it sent with `syncline run`; ask the source itself for what is missing.',
  },
  unknown_field: {
    kind: 'config',
    summary: 'A pull names a field that its objects do not have.',
    remedy: 'Correct the name; `syncline discover` lists the fields of an object.',
  },
  not_writable: {
    kind: 'guard',
    summary: 'This environment may not write to the warehouse of a pull.',
    remedy: 'Choose the environment that may write with --env.',
  },
  paused: {
    kind: 'busy',
    summary: 'The pull is paused.',
    remedy: 'Resume it with `syncline resume`.',
  },
  running: {
    kind: 'busy',
    summary: 'A sync was to be run that the same server is running already.',
    remedy:
      'Wait for the end of that run, which `syncline status` shows, or end it with `syncline cancel`.',
  },
  not_due: {
    kind: 'busy',
    summary: 'A scheduled run was begun by another process in the same moment.',
    remedy: 'Nothing is to be done: it runs there.',
  },
  stopped: {
    kind: 'busy',
    summary: 'The run was asked to stop and did.',
    remedy: 'Run again: what was confirmed or loaded is kept, the rest is done anew.',
  },
  local_crm: {
    kind: 'unreachable',
    summary: 'A connection leads to a local CRM, and none is running there.',
    remedy: 'Start it in another terminal with `syncline simulate`.',
  },
  local_held: {
    kind: 'busy',
    summary: 'Another command works with the file of a connection of type local_hubspot.',
    remedy: 'Wait until it has ended.',
  },
  exhausted: {
    kind: 'unreachable',
    summary: 'The CRM’s daily budget is used up, or the part of it that the connection may use.',
    remedy:
      'Try again when the day’s budget is renewed. Or give the connection a larger part of the day, by the option that the message names.',
  },
  unreachable: {
    kind: 'unreachable',
    summary: 'The CRM did not answer, or not in its own language.',
    remedy: 'Check address and network of the connection, then try again.',
  },
  refused: {
    kind: 'auth',
    summary: 'The CRM does not accept the credentials of the connection.',
    remedy: 'Put a valid credential into the connection; `syncline check` tells whether it is.',
  },
  request: {
    kind: 'config',
    summary: 'The CRM refused a question, such as one about an object that it does not have.',
    remedy: 'Correct the name; `syncline discover` lists what there is.',
  },
  missing_permission: {
    kind: 'auth',
    summary: 'The credential lacks a permission that a sync needs.',
    remedy: 'Grant what the message names.',
  },
  webhooks_withheld: {
    kind: 'guard',
    summary: 'The environment may not write to the CRM whose webhooks a pull wants.',
    remedy: 'Choose the environment that may write with --env.',
  },
  no_unique_field: {
    kind: 'config',
    summary: 'A sync may create records, and no field identifies them beyond doubt.',
    remedy: 'Make the field that `syncline check` names, or match by a unique one.',
  },
  unreadable_file: {
    kind: 'config',
    summary: 'A file that the command line names is not there, or can not be read.',
    remedy: 'Correct the path; it is relative to the folder that the command is given in.',
  },
  unknown_connection: {
    kind: 'config',
    summary: 'A connection was asked for by a name that syncline.yaml does not have.',
    remedy: 'Use a name under `connections` of syncline.yaml.',
  },
  unknown_run: {
    kind: 'config',
    summary: 'No run has the given id.',
    remedy: 'List the runs with `syncline runs`.',
  },
  unknown_key: {
    kind: 'config',
    summary: 'A record was asked for by a key that no run of the sync has met.',
    remedy:
      'Give the key as the model writes it; a plan of this one key (`--key`) shows what a push would do with it.',
  },
  run_ended: {
    kind: 'config',
    summary: 'A run was to be cancelled that has ended already.',
    remedy: 'List the runs with `syncline runs`.',
  },
  port_taken: {
    kind: 'config',
    summary: 'A local CRM can not listen on the port, mostly because another program does.',
    remedy: 'End the other program, or choose another port with --port.',
  },
  demo_crm: {
    kind: 'unreachable',
    summary: 'The local CRM of the demo did not start, or ended too soon.',
    remedy: 'Run the demo again; the message tells what the local CRM said.',
  },
  demo_step: {
    kind: 'bug',
    summary: 'A command of the demo failed.',
    remedy: 'Please report this with the message.',
  },
  certificates: {
    kind: 'config',
    summary: 'A file of extra certificates can not be used.',
    remedy: 'Correct NODE_EXTRA_CA_CERTS or SSL_CERT_FILE, or take it out of the environment.',
  },
  local_state: {
    kind: 'config',
    summary: 'The file with the state of a local CRM can not be read.',
    remedy: 'Name a file that `syncline simulate --state` wrote, or one that does not exist yet.',
  },
})
