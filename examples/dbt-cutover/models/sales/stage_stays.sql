-- How long each deal stayed in each stage. Versions that differ in something else belong to one stay.
with versions as (

    select
        id as deal_id,
        stage_id,
        _cdc_start,
        _cdc_end,
        case
            when stage_id = lag(stage_id) over (partition by id order by _cdc_start) then 0
            else 1
        end as begins_stay
    from {{ source('crm', 'deal_history') }}

),

numbered as (

    select
        *,
        sum(begins_stay) over (
            partition by deal_id order by _cdc_start
            rows between unbounded preceding and current row
        ) as stay
    from versions

),

stays as (

    select
        deal_id,
        stay,
        min(stage_id) as stage_id,
        min(_cdc_start) as entered_at,
        case when count(_cdc_end) = count(*) then max(_cdc_end) end as left_at
    from numbered
    group by deal_id, stay

)

select
    stays.deal_id,
    stays.stay,
    stages.stage_name,
    stages.pipeline_name,
    stays.entered_at,
    stays.left_at,
    {{ dbt.datediff('stays.entered_at', 'stays.left_at', 'day') }} as days
from stays
left join {{ ref('stg_stages') }} as stages on stages.stage_id = stays.stage_id
