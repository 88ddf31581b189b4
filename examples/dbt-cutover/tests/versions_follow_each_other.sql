-- No version of a record begins before the one before it has ended.
{% set tables = ['deal', 'organization', 'person', 'user', 'pipeline', 'stage'] %}

{% for table in tables %}
select '{{ table }}' as object, id, _cdc_start
from (
    select
        id,
        _cdc_start,
        lag(coalesce(_cdc_end, timestamp '9999-12-31')) over (
            partition by id order by _cdc_start
        ) as previous_end
    from {{ source('crm', table ~ '_history') }}
) as versions
where _cdc_start < previous_end
{% if not loop.last %}union all{% endif %}
{% endfor %}
