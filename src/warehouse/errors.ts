/** What can go wrong between us and a warehouse. */
import { defineErrors } from '../model/error.ts'

export const warehouseErrors = defineErrors('warehouse', {
  query: {
    kind: 'config',
    summary: 'The warehouse refused a statement, or a model has an error.',
    remedy: 'Correct the SQL; the message is the warehouse’s own.',
  },
  held: {
    kind: 'busy',
    summary: 'Another process holds the DuckDB file.',
    remedy: 'Close the other program’s connection to the file, or try again when it is done.',
  },
  unreachable: {
    kind: 'unreachable',
    summary: 'The warehouse did not answer, or the connection broke.',
    remedy: 'Check host, port, TLS and network, and run again: what was not committed is undone.',
  },
  auth: {
    kind: 'auth',
    summary: 'The warehouse does not accept these credentials, or they grant too little.',
    remedy: 'Check user and password, and grant what the message names.',
  },
  missing_file: {
    kind: 'config',
    summary: 'The DuckDB file does not exist.',
    remedy: 'Correct `path`, or set `create: true` to begin with an empty file.',
  },
  bad_file: {
    kind: 'config',
    summary: 'The file is not a DuckDB database that this version can open.',
    remedy: 'Correct `path`, or convert the file with the version of DuckDB that wrote it.',
  },
  missing_database: {
    kind: 'config',
    summary: 'The server has no database of this name.',
    remedy: 'Correct the database name in `url`.',
  },
  missing_driver: {
    kind: 'config',
    summary: 'The package that speaks to this warehouse is not installed.',
    remedy: 'Install the package that the message names.',
  },
  fenced: {
    kind: 'busy',
    summary: 'A statement affected another number of rows than it had to; everything was undone.',
    remedy: 'Another worker has taken over this sync; let that one finish.',
  },
  conflict: {
    kind: 'busy',
    summary: 'Two transactions wrote the same rows at once; ours was undone.',
    remedy: 'Run again when the other writer is done.',
  },
  disk_full: {
    kind: 'unreachable',
    summary: 'The warehouse has no room left on its disk.',
    remedy: 'Make room and run again: what was not committed is undone.',
  },
  out_of_memory: {
    kind: 'config',
    summary: 'A statement needs more memory than DuckDB may use.',
    remedy: 'Raise `memory_limit` of the connection.',
  },
  not_text: {
    kind: 'bug',
    summary: 'A statement returned a column that is not canonical text.',
    remedy: 'Please report this with the message.',
  },
  incomplete: {
    kind: 'bug',
    summary: 'A result had another number of rows than the warehouse announced.',
    remedy: 'Please report this with the message.',
  },
  closed: {
    kind: 'bug',
    summary: 'A session was used after its end.',
    remedy: 'Please report this with the message.',
  },
})
