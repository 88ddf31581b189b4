-- What is in the works, with the names of everyone concerned.
select
    deals.deal_id,
    deals.title,
    deals.amount,
    deals.currency,
    cast(deals.amount * stages.deal_probability / 100 as decimal(18, 2)) as expected_amount,
    stages.pipeline_name,
    stages.stage_name,
    users.user_name,
    users.email as user_email,
    organizations.organization_name,
    organizations.size_class,
    persons.person_name,
    deals.expected_close_date,
    deals.renewal_date,
    deals.created_at
from {{ ref('stg_deals') }} as deals
left join {{ ref('stg_stages') }} as stages on stages.stage_id = deals.stage_id
left join {{ ref('stg_users') }} as users on users.user_id = deals.user_id
left join {{ ref('stg_organizations') }} as organizations
    on organizations.organization_id = deals.organization_id
left join {{ ref('stg_persons') }} as persons on persons.person_id = deals.person_id
where deals.status = 'open'
