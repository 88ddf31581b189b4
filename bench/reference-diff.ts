/**
 * What a no-change push is compared with, run as `node reference-diff.ts <file>`: two statements that
 * any diff in the warehouse needs at least, and nothing around them.
 */
import { DuckDBInstance } from '@duckdb/node-api'
import { duckDbSettings } from './bench-project.ts'

const columns = ['email', 'first_name', 'city', 'score', 'revenue', 'last_order']
const side = (alias: string, prefix: string): string =>
  `(${columns.map((column) => `${alias}.${prefix}${column}`).join(', ')})`

const [file = ''] = process.argv.slice(2)
const instance = await DuckDBInstance.create(file, { ...duckDbSettings })
const connection = await instance.connect()
await connection.run(
  `create table r as select m.* from customers as m full join syncline_dev.customers__baseline as b on b.key = m.customer_id where ${side('m', '')} is distinct from ${side('b', 'm_')}`,
)
const duplicates = await connection.run(
  'select customer_id from customers group by customer_id having count(*) > 1',
)
const [found] = (await connection.runAndReadAll('select count(*) from r')).getRows()
if (Number(found?.[0]) + duplicates.rowCount > 0) throw new Error('the rows should be the same')
await connection.run('drop table r')
connection.closeSync()
instance.closeSync()
