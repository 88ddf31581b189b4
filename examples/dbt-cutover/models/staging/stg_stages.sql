select
    stages.id as stage_id,
    stages.name as stage_name,
    stages.order_nr as stage_order,
    stages.deal_probability,
    pipelines.id as pipeline_id,
    pipelines.name as pipeline_name
from {{ source('crm', 'stage_history') }} as stages
inner join {{ source('crm', 'pipeline_history') }} as pipelines
    on pipelines.id = stages.pipeline_id and pipelines._cdc_active
where stages._cdc_active
