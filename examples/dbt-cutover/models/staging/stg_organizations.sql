select
    id as organization_id,
    name as organization_name,
    owner_id as user_id,
    employee_count,
    case
        when employee_count is null then 'unknown'
        when employee_count < 50 then 'small'
        when employee_count < 1000 then 'medium'
        else 'large'
    end as size_class
from {{ source('crm', 'organization_history') }}
where _cdc_active
