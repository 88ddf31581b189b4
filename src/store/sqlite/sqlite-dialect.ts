/** What SQLite says differently. */
import type { StoreDialect } from '../store.ts'

export const sqliteDialect: StoreDialect = {
  prefix: '',
  // The transaction holds the whole file already.
  forUpdate: '',
  listTables: `select name from sqlite_master where type = 'table' and name not like 'sqlite%'`,
  beforeMigration: [],
  tokens: {
    prefix: '',
    bigint: 'integer',
    bytes: 'blob',
    table_options: ' strict',
    random_id: 'lower(hex(randomblob(16)))',
  },
}
