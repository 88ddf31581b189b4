/** The journal's errors: those of its contract, and those of the database under it. */
import { defineErrors } from '../model/error.ts'

export const journalErrors = defineErrors('journal', {
  full: {
    kind: 'unreachable',
    summary: 'The journal cannot grow: its disk is full, or nearly so.',
    remedy:
      'Free some space: senders are told to come again, and reception goes on by itself. Nothing that was acknowledged is lost.',
  },
  overloaded: {
    kind: 'unreachable',
    summary: 'More arrives than the disk takes, so that too much waits to be written.',
    remedy: 'Senders come again by themselves; where this lasts, give the journal a faster disk.',
  },
  locked: {
    kind: 'busy',
    summary: 'Another process held the journal for longer than we wait.',
    remedy: 'See who has the journal open; reception goes on by itself when it is free.',
  },
  unreachable: {
    kind: 'unreachable',
    summary: 'The database that holds the journal does not answer.',
    remedy: 'Check its address and that it runs; reception goes on by itself when it answers.',
  },
  refused: {
    kind: 'auth',
    summary: 'The database that holds the journal refused the credentials.',
    remedy: 'Check user and password of `state`.',
  },
  driver_missing: {
    kind: 'config',
    summary: 'The journal is in PostgreSQL and its driver is not installed.',
    remedy: 'Install it beside syncline: `npm install pg`.',
  },
  disk: {
    kind: 'unreachable',
    summary: 'The disk that holds the journal failed.',
    remedy: 'Check the disk and its file system, then start again.',
  },
  not_writable: {
    kind: 'config',
    summary: 'The journal cannot be written, or not be created.',
    remedy: 'Give this user the right to write the folder or schema of the state.',
  },
  foreign: {
    kind: 'config',
    summary: 'Where the journal belongs is something else.',
    remedy: 'Point `state` at an empty place, or move away what the message names.',
  },
  damaged: {
    kind: 'guard',
    summary: 'The journal file is damaged.',
    remedy: 'Move it away and read the CRM in full: what it held has not been loaded.',
  },
  backup_exists: {
    kind: 'config',
    summary: 'The place that the journal is to be copied to holds something already.',
    remedy: 'Name a target that does not exist yet.',
  },
  newer_format: {
    kind: 'config',
    summary: 'The journal was written by a newer version.',
    remedy: 'Use that version or a later one.',
  },
  closed: {
    kind: 'bug',
    summary: 'The journal was used after it had been closed.',
    remedy: 'Report it.',
  },
  statement: {
    kind: 'bug',
    summary: 'The database refused a statement of the journal.',
    remedy: 'Report it with the message.',
  },
})
