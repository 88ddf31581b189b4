-- What was open at the beginning of each month, as it was known then.
with months as (

    select distinct cast(date_trunc('month', _cdc_start) as date) as month
    from {{ source('crm', 'deal_history') }}

)

select
    months.month,
    deals.stage_id,
    count(*) as deals,
    cast(sum(deals.value) as decimal(18, 2)) as amount
from months
inner join {{ source('crm', 'deal_history') }} as deals
    on deals._cdc_start <= months.month
    and (deals._cdc_end > months.month or deals._cdc_end is null)
where deals.status = 'open'
group by months.month, deals.stage_id
