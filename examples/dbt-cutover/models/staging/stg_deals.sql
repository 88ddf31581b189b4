select
    id as deal_id,
    title,
    cast(value as decimal(18, 2)) as amount,
    currency,
    status,
    owner_id as user_id,
    person_id,
    org_id as organization_id,
    pipeline_id,
    stage_id,
    expected_close_date,
    renewal_date,
    add_time as created_at,
    won_time as won_at,
    lost_time as lost_at,
    lost_reason
from {{ source('crm', 'deal_history') }}
where _cdc_active
