/** The files for dbt in each dialect and for several presets, against reviewed files. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dbtFiles } from '../../src/core/dbt/dbt-files.ts'
import type { DbtObject, DbtSync } from '../../src/core/dbt/dbt-sync.ts'
import { historyTables } from '../../src/core/history/tables/tables.ts'
import type { Dialect } from '../../src/core/sql/dialect.ts'
import { bigqueryDialect } from '../../src/core/sql/dialects/bigquery.ts'
import { duckdbDialect } from '../../src/core/sql/dialects/duckdb.ts'
import { postgresDialect } from '../../src/core/sql/dialects/postgres.ts'
import { snowflakeDialect } from '../../src/core/sql/dialects/snowflake.ts'
import type { PresetName, PullSync } from '../../src/model/sync.ts'
import { column, syncName } from './sample.ts'

const cases: readonly (readonly [Dialect, PresetName])[] = [
  [duckdbDialect, 'cdc'],
  [postgresDialect, 'fivetran'],
  [bigqueryDialect, 'airbyte'],
  [snowflakeDialect, 'dbt_snapshot'],
]

const folders = { models: 'models', macros: 'macros' }

function input(dialect: Dialect, preset: PresetName): DbtSync {
  const sync: PullSync = {
    type: 'pull',
    name: syncName,
    place: { file: 'syncs/people.yaml' },
    tags: [],
    crm: 'pipedrive',
    objects: ['deals', 'users'],
    warehouse: 'warehouse',
    schema: 'crm',
    tables: { history: '{object}_history', current: '{object}', changes: '{object}_changes' },
    history: { form: 'table', preset },
    fields: { only: [], exclude: [], include: [], hash: [], hashSecret: null },
    webhooks: false,
    wholeReadEveryMs: 7 * 86_400_000,
    trailingMs: 365 * 86_400_000,
    maxDeletes: { rows: 1 },
    after: [],
    schedules: [],
    renamedFrom: null,
  }
  const objects = [object(dialect, 'deals', 'integer'), object(dialect, 'users', 'text')]
  return { sync, dialect, workingSchema: 'work', objects }
}

/** Ids of users are texts here, so that one of the fields of deals is of the same kind and one is not. */
function object(dialect: Dialect, name: string, keyKind: 'integer' | 'text'): DbtObject {
  const pin = (field: string, label: string, kind: 'integer' | 'text') => ({
    ...column(dialect, field, kind),
    field,
    label,
  })
  return {
    name,
    singular: name.slice(0, -1),
    label: name.toUpperCase(),
    references: { owner_id: 'users', creator_id: 'users' },
    tables: historyTables(dialect, {
      schema: 'crm',
      changes: `${name}_changes`,
      history: `${name}_history`,
      current: name,
      workingSchema: 'work',
      scratch: name,
    }),
    key: column(dialect, 'id', keyKind),
    lists: [
      {
        column: 'label_ids',
        of: 'current',
        view: { schema: 'crm', table: `${name}__label_ids` },
        columns: [column(dialect, '_position', 'integer'), column(dialect, 'label', 'text')],
      },
    ],
    pins:
      name === 'deals'
        ? [pin('owner_id', 'Owner', 'text'), pin('creator_id', 'Creator', 'integer')]
        : [],
  }
}

describe.each(cases)('files for dbt', (dialect, preset) => {
  const files = dbtFiles(input(dialect, preset), folders)
  const named = (end: string) => files.find(({ path }) => path.endsWith(end))?.content

  it(`of ${dialect.name} are those of the reviewed file`, async () => {
    const texts = files.map(({ path, content }) => {
      const text =
        content.kind === 'yaml' ? `${JSON.stringify(content.properties, null, 2)}\n` : content.text
      return `-- ${path}\n${text}`
    })
    const file = join(import.meta.dirname, '__golden__', `dbt-${dialect.name}.txt`)
    await expect(texts.join('\n')).toMatchFileSnapshot(file)
  })

  it('compare a reference only where ids are of one kind', () => {
    const models = JSON.stringify(named('models.yml'))
    expect(models.match(/"relationships"/g)).toHaveLength(1)
  })
})
