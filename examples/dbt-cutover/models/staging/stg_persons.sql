select
    id as person_id,
    name as person_name,
    org_id as organization_id,
    owner_id as user_id
from {{ source('crm', 'person_history') }}
where _cdc_active
