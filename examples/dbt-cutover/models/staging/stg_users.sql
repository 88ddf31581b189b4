select
    id as user_id,
    name as user_name,
    lower(email) as email,
    active_flag as is_active
from {{ source('crm', 'user_history') }}
where _cdc_active
