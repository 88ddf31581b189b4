-- What became of each deal. It goes on from its last build, and takes versions that ended, too: a deal that was
-- deleted has no active one, and must not stay in here as if nothing had happened.
{{ config(materialized='incremental', unique_key='deal_id') }}

with changed as (

    select distinct id
    from {{ source('crm', 'deal_history') }}
    {% if is_incremental() %}
    where coalesce(_cdc_end, _cdc_start) >= (select max(changed_at) from {{ this }})
    {% endif %}

),

latest as (

    select
        history.*,
        row_number() over (partition by history.id order by history._cdc_start desc) as newest
    from {{ source('crm', 'deal_history') }} as history
    inner join changed on changed.id = history.id

)

select
    id as deal_id,
    case when _cdc_active then status else 'deleted' end as outcome,
    cast(value as decimal(18, 2)) as amount,
    currency,
    lost_reason,
    coalesce(_cdc_end, _cdc_start) as changed_at
from latest
where newest = 1
