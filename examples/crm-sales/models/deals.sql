-- One row per opportunity, for HubSpot's deals and Salesforce's opportunities. Texts go on as they are, so
-- that a wrong one rejects its row and no other.
select
  opportunity.opportunity_id,
  coalesce(opportunity.product, 'Opportunity') || coalesce(' for ' || trim(opportunity.account), '') as deal_name,
  case opportunity.deal_stage
    when 'In_Progress' then 'In progress'
    when 'Won' then 'Closed won'
    when 'Lost' then 'Closed lost'
    else opportunity.deal_stage
  end as stage,
  case opportunity.deal_stage
    when 'In_Progress' then 'Qualification'
    when 'Won' then 'Closed Won'
    when 'Lost' then 'Closed Lost'
    else opportunity.deal_stage
  end as salesforce_stage,
  -- What it brought, or the list price while it is open; a won deal without a value stays without.
  case when opportunity.deal_stage = 'In_Progress' then product.sales_price else opportunity.close_value end as amount,
  opportunity.close_date || 'T00:00:00Z' as closed_at,
  -- Salesforce wants a day of every opportunity: an open one is expected by the end of the year it was opened in.
  case
    when opportunity.deal_stage = 'In_Progress' and opportunity.close_date is null
      then substr(opportunity.created_on, 1, 4) || '-12-31'
    else opportunity.close_date
  end as closes_on,
  opportunity.created_on as opened_on,
  opportunity.product,
  opportunity.sales_agent,
  -- Null where the opportunity names no account: a deal without a company.
  lower(trim(opportunity.account)) as account_key
from crm_sales.sales_pipeline as opportunity
left join crm_sales.products as product on product.product = opportunity.product
