/** The ledger's errors: those of its contract, and those of the database under it. */
import { defineErrors } from '../model/error.ts'

export const ledgerErrors = defineErrors('ledger', {
  busy: {
    kind: 'busy',
    summary: 'Another process holds the sync.',
    remedy: 'Wait until its run has ended, or until its lease expires if it died.',
  },
  lease_lost: {
    kind: 'busy',
    summary: 'A worker wrote for a sync that another process has taken over since.',
    remedy: 'Do nothing: the process that took over goes on with the run.',
  },
  sync_exists: {
    kind: 'config',
    summary: 'A sync is to be renamed to a name that already has runs, or a history, of its own.',
    remedy: 'Choose another name, or remove `renamed_from`.',
  },
  other_account: {
    kind: 'guard',
    summary: 'The sync is bound to another CRM account than the one it reached.',
    remedy: 'Correct the connection, or give the sync another name for the other account.',
  },
  unknown_run: {
    kind: 'config',
    summary: 'No run has the given id.',
    remedy: 'List the runs with `syncline runs`.',
  },
  run_exists: {
    kind: 'bug',
    summary: 'A run was created with the id of another.',
    remedy: 'Report it with the output of `syncline runs --json`.',
  },
  run_active: {
    kind: 'busy',
    summary: 'A run was to deliver while another run of the sync is not yet concluded.',
    remedy: 'Run the sync: what the earlier run left is concluded first.',
  },
  transition: {
    kind: 'bug',
    summary: 'A run was to change its state in a way that the transition table does not have.',
    remedy: 'Report it with the output of `syncline runs --json`.',
  },
  batch: {
    kind: 'bug',
    summary: 'A batch was recorded that the run cannot have, or twice with different content.',
    remedy: 'Report it with the output of `syncline runs --json`.',
  },
  merge: {
    kind: 'bug',
    summary: 'A merge was begun while another is open, or finished without being open.',
    remedy: 'Report it with the output of `syncline status --json`.',
  },
  closed: {
    kind: 'bug',
    summary: 'The ledger was used after it had been closed.',
    remedy: 'Report it.',
  },
  statement: {
    kind: 'bug',
    summary: 'The database refused a statement of the ledger.',
    remedy: 'Report it with the message.',
  },
  disk_full: {
    kind: 'unreachable',
    summary: 'The state cannot grow: its disk is full, or its size limit is reached.',
    remedy: 'Free some space; nothing that was acknowledged is lost.',
  },
  disk: {
    kind: 'unreachable',
    summary: 'The disk that holds the state failed.',
    remedy: 'Check the disk and its file system, then run again.',
  },
  not_writable: {
    kind: 'config',
    summary: 'The state cannot be written, or not be created.',
    remedy:
      'Give this user the right to write the state and its folder, or point `state` elsewhere.',
  },
  foreign: {
    kind: 'config',
    summary: 'What `state` points to is something else than a ledger.',
    remedy: 'Point `state` at an empty place or at the right file.',
  },
  damaged: {
    kind: 'guard',
    summary: 'The state file is damaged.',
    remedy: 'Restore a backup, or rebuild the state with `syncline state recover`.',
  },
  newer_format: {
    kind: 'config',
    summary: 'The state was written by a newer version.',
    remedy: 'Use that version or a later one.',
  },
  locked: {
    kind: 'busy',
    summary: 'Another process held the state for longer than we wait.',
    remedy: 'See who has the state open, then run again.',
  },
  backup_exists: {
    kind: 'config',
    summary: 'The target of a backup already exists.',
    remedy: 'Name a target that does not exist yet.',
  },
  unreachable: {
    kind: 'unreachable',
    summary: 'The database that holds the state does not answer.',
    remedy: 'Check its address and that it runs, then run again.',
  },
  refused: {
    kind: 'auth',
    summary: 'The database that holds the state refused the credentials.',
    remedy: 'Check user and password of `state`.',
  },
  driver_missing: {
    kind: 'config',
    summary: 'The state is in PostgreSQL and its driver is not installed.',
    remedy: 'Install it beside syncline: `npm install pg`.',
  },
})
