import { defineErrors } from '../../model/error.ts'

export const compareErrors = defineErrors('compare', {
  unknown_table: {
    kind: 'config',
    summary: 'A table or schema was to be compared that the warehouse does not have.',
    remedy:
      'Correct the name; it is <connection>:<schema>.<table>, or <connection>:<schema> for all tables of a schema.',
  },
  unknown_column: {
    kind: 'config',
    summary: 'A key, a renaming or a column to ignore names a column that is not there.',
    remedy: 'Correct the name, as the warehouse has it.',
  },
  no_key: {
    kind: 'config',
    summary:
      'Nothing says by which columns the rows of two tables are found, and they have no `id`.',
    remedy: 'Name the columns with --key, several times where several make up the key.',
  },
  bad_key: {
    kind: 'config',
    summary: 'A column can not be a key: its kinds differ between the tables, or it holds JSON.',
    remedy: 'Choose other key columns, or compare views that cast the column to the same type.',
  },
  nothing_common: {
    kind: 'config',
    summary: 'Two tables have no column in common, or two schemas no table.',
    remedy: 'Look whether these are the two to compare; --map tells of renamed columns.',
  },
  crowded_key: {
    kind: 'config',
    summary: 'More rows with the same key differ than can be told apart in memory.',
    remedy: 'Name further columns with --key, so that the key is closer to being unique.',
  },
})
