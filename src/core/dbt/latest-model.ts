/**
 * An incremental model of the last version of each record, deleted ones included: a delete is told downstream by
 * `_deleted_at`. It goes on from what was loaded since its last build, and what it shows of a record depends on the
 * record's history alone, so that it has the rows of a full refresh.
 */
import { instantLiteral } from '../history/fold/base.ts'
import { type DbtObject, type DbtSync, fieldColumns, sourceName } from './dbt-sync.ts'
import { jinjaString, sourceReference } from './jinja.ts'
import { boundColumn, isActive } from './version-columns.ts'

/** Before every load. */
const earliest = '1970-01-01T00:00:00.000000Z'

export function latestModel({ sync, dialect }: DbtSync, object: DbtObject): string {
  const { quote } = dialect
  const { preset } = sync.history
  const { key, tables } = object
  const history = sourceReference(sourceName(sync), tables.history.table)
  const changes = sourceReference(sourceName(sync), tables.changes.table)
  const [id, loaded] = [quote(key.name), quote('_loaded_at')]
  const [start, end] = [quote(boundColumn(preset, 'start')), quote(boundColumn(preset, 'end'))]
  const since = dialect.justBefore(
    `coalesce(max(${loaded}), ${instantLiteral(dialect, earliest)})`,
    'hour',
  )
  return `${configuration(id, history)}
{%- set columns = [
${columnList(object)}
] -%}
{%- set goes_on = is_incremental() -%}
{%- if goes_on -%}
  {#- A column that the table lacks is filled for all records at once. -#}
  {%- set known = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
  {%- set goes_on = columns | reject('in', known) | list | length == 0 -%}
{%- endif %}

with touched as (

    select
        ${dialect.fromCanonical(quote('_key'), key)} as ${id},
        max(${loaded}) as ${loaded}
    from ${changes}
    {%- if goes_on %}
    {#- The clocks of two machines that load may differ: an hour is looked at again. #}
    where ${loaded} >= (select ${since} from {{ this }})
    {%- endif %}
    group by 1

),

versions as (

    select
        history.*,
        touched.${loaded},
        row_number() over (
            partition by history.${id} order by history.${start} desc
        ) as ${quote('_newest')}
    from ${history} as history
    inner join touched on touched.${id} = history.${id}

)

select
    {%- for column in columns %}
    {{ adapter.quote(column) }},
    {%- endfor %}
    ${start},
    case when not (${isActive(dialect, preset)}) then ${end} end as ${quote('_deleted_at')},
    ${quote('_merged_into')},
    ${quote('_dirty')},
    ${loaded}
from versions
where ${quote('_newest')} = 1
`
}

/** What has no version any more, since it was erased, goes with the build. */
function configuration(id: string, history: string): string {
  const forget = `delete from {{ this }} where ${id} not in (select ${id} from ${history})`
  return `{{ config(
    materialized='incremental',
    unique_key=${jinjaString(id)},
    on_schema_change='append_new_columns',
    post_hook=${jinjaString(forget)},
) }}`
}

function columnList(object: DbtObject): string {
  const names = [object.key.name, ...fieldColumns(object).map(({ name }) => name)]
  return names.map((name) => `  ${jinjaString(name)},`).join('\n')
}
