-- One row per account, with what its opportunities add up to. Everything in the raw tables is text:
-- a text that is no number stays out of the sums, and where it is a value of the account itself it
-- goes on as it is, so that the one row is rejected by name instead of the whole query failing.
with opportunities as (
  select
    lower(trim(opportunity.account)) as account_key,
    opportunity.deal_stage as stage,
    case when opportunity.close_value ~ '^-?[0-9]+([.][0-9]+)?$'
      then cast(opportunity.close_value as decimal(18, 2)) end as close_value,
    case when product.sales_price ~ '^[0-9]+([.][0-9]+)?$'
      then cast(product.sales_price as decimal(18, 2)) end as list_price
  from crm_sales.sales_pipeline as opportunity
  left join crm_sales.products as product on product.product = opportunity.product
),

totals as (
  select
    account_key,
    sum(case when stage = 'Won' then close_value end) as won_revenue,
    sum(case when stage = 'In_Progress' then list_price end) as open_pipeline,
    count(case when stage = 'Won' then 1 end) as won,
    count(case when stage in ('Won', 'Lost') then 1 end) as closed
  from opportunities
  where account_key is not null
  group by account_key
)

select
  lower(trim(account.account)) as account_key,
  trim(account.account) as account_name,
  -- The file counts in millions.
  case when account.revenue ~ '^[0-9]+([.][0-9]+)?$'
    then cast(cast(cast(account.revenue as decimal(18, 6)) * 1000000 as decimal(18, 2)) as varchar)
    else account.revenue end as annual_revenue,
  account.employees,
  cast(coalesce(totals.won_revenue, 0) as decimal(18, 2)) as won_revenue,
  cast(coalesce(totals.open_pipeline, 0) as decimal(18, 2)) as open_pipeline,
  -- Four digits, halves up, by whole numbers: every warehouse rounds this alike. Null while nothing is closed.
  cast(floor(10000.0 * totals.won / nullif(totals.closed, 0) + 0.5) / 10000.0 as decimal(5, 4)) as win_rate
from crm_sales.accounts as account
left join totals on totals.account_key = lower(trim(account.account))
