/** A staging model: the records as they are, in plain columns. */
import { boundColumn } from './version-columns.ts'
import { type DbtObject, type DbtSync, fieldColumns, sourceName } from './dbt-sync.ts'
import { sourceReference } from './jinja.ts'

export function stagingModel({ sync, dialect }: DbtSync, object: DbtObject): string {
  const names = [
    object.key.name,
    ...fieldColumns(object).map(({ name }) => name),
    boundColumn(sync.history.preset, 'start'),
  ]
  const columns = names.map((name) => `    ${dialect.quote(name)}`).join(',\n')
  return `select
${columns}
from ${sourceReference(sourceName(sync), object.tables.current.table)}
`
}
