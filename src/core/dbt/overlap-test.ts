/** A generic test of dbt for histories, the same for every sync and warehouse. */
export const overlapTest = {
  name: 'syncline_versions_do_not_overlap',
  text: `{% test syncline_versions_do_not_overlap(model, key, starts_at, ends_at) %}

with versions as (

    select
        {{ adapter.quote(key) }} as record_id,
        {{ adapter.quote(starts_at) }} as starts_at,
        {{ adapter.quote(ends_at) }} as ends_at,
        lead({{ adapter.quote(starts_at) }}) over (
            partition by {{ adapter.quote(key) }} order by {{ adapter.quote(starts_at) }}
        ) as next_starts_at
    from {{ model }}

)

select *
from versions
where ends_at < starts_at
   or next_starts_at < ends_at
   or (ends_at is null and next_starts_at is not null)

{% endtest %}
`,
} as const
