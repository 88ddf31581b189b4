-- listCatalogue
select table_name, column_name from `work`.INFORMATION_SCHEMA.COLUMNS order by table_name, ordinal_position;

-- createShared
create schema if not exists `work`;
create table if not exists `work`.`format` (`version` INT64);
insert into `work`.`format` (`version`) select v.`version` from (select 3 as `version`) as v where not exists (select 1 from `work`.`format`);
update `work`.`format` set `version` = 3 where `version` < 3;
create table if not exists `work`.`syncs` (`sync` STRING, `state_id` STRING, `account_id` STRING, `generation` INT64, `fence` INT64, `merged_run` STRING, `merged_through` INT64, `opening` STRING, `key_column` STRING, `object_name` STRING, `object_key` STRING, `key_name` STRING, `erased_at` STRING);
create table if not exists `work`.`mappings` (`sync` STRING, `version` INT64, `fields` STRING);
create table if not exists `work`.`operations` (`run_id` STRING, `sync` STRING, `sequence` INT64, `key` STRING, `kind` STRING, `remote_id` STRING, `status` STRING, `reason` STRING, `message` STRING, `changes` STRING, `at` TIMESTAMP, `job` STRING);
create table if not exists `work`.`runs` (`run_id` STRING, `sync` STRING, `kind` STRING, `state` STRING, `started_at` TIMESTAMP, `ended_at` TIMESTAMP, `delivered` INT64, `unchanged` INT64, `skipped` INT64, `rejected` INT64, `deferred` INT64, `calls` INT64);
create or replace view `work`.`failures` as select `run_id`, `sync`, `sequence`, `key`, `kind`, `remote_id`, `status`, `reason`, `message`, `at` from `work`.`operations` where `status` in ('rejected', 'deferred');

-- createShared, beside what an older version made
create table if not exists `work`.`format` (`version` INT64);
insert into `work`.`format` (`version`) select v.`version` from (select 3 as `version`) as v where not exists (select 1 from `work`.`format`);
update `work`.`format` set `version` = 3 where `version` < 3;
create table if not exists `work`.`mappings` (`sync` STRING, `version` INT64, `fields` STRING);
create table if not exists `work`.`runs` (`run_id` STRING, `sync` STRING, `kind` STRING, `state` STRING, `started_at` TIMESTAMP, `ended_at` TIMESTAMP, `delivered` INT64, `unchanged` INT64, `skipped` INT64, `rejected` INT64, `deferred` INT64, `calls` INT64);
create or replace view `work`.`failures` as select `run_id`, `sync`, `sequence`, `key`, `kind`, `remote_id`, `status`, `reason`, `message`, `at` from `work`.`operations` where `status` in ('rejected', 'deferred');

-- insertSyncRow
update `work`.`format` set `version` = `version` where true;
insert into `work`.`syncs` (`sync`, `state_id`, `generation`) select r.`sync`, r.`state_id`, r.`generation` from (select 'people' as `sync`, 's1' as `state_id`, 0 as `generation`) as r where not exists (select 1 from `work`.`syncs` where `sync` = 'people');

-- createHeld
create table if not exists `work`.`people__o_hara_cedea017__held` (`key` STRING, `status` STRING, `reason` STRING, `message` STRING, `fingerprint` STRING, `attempts` INT64, `next_attempt` INT64, `since` INT64, `metadata` STRING, `first_run` STRING, `last_run` STRING);

-- createBaseline
create table if not exists `work`.`people__o_hara_cedea017__baseline` (`key` INT64, `remote_id` STRING, `origin` STRING, `presence` STRING, `match_value` STRING, `released` STRING, `crm_values` STRING, `withheld` STRING, `mapping_version` INT64, `reopened` BOOL, `run_id` STRING, `confirmed_at` TIMESTAMP, `m_name` STRING, `m_score` FLOAT64, `m_seen` TIMESTAMP);

-- upgradeStatements
alter table `work`.`people__o_hara_cedea017__baseline` add column if not exists `reopened` BOOL;
update `work`.`people__o_hara_cedea017__baseline` set `reopened` = true where `mapping_version` = 0;
alter table `work`.`people__o_hara_cedea017__held` add column if not exists `since` INT64;
alter table `work`.`people__o_hara_cedea017__held` add column if not exists `metadata` STRING;

-- upgradeShared
alter table `work`.`operations` add column if not exists `job` STRING;
alter table `work`.`syncs` add column if not exists `opening` STRING;
alter table `work`.`syncs` add column if not exists `key_column` STRING;
alter table `work`.`syncs` add column if not exists `object_name` STRING;
alter table `work`.`syncs` add column if not exists `object_key` STRING;
alter table `work`.`syncs` add column if not exists `key_name` STRING;
alter table `work`.`syncs` add column if not exists `erased_at` STRING;
update `work`.`syncs` set `erased_at` = (select format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', max(e.`erased_at`), 'UTC') from `work`.`erased` as e where e.`sync` = `syncs`.`sync`) where `erased_at` is null;

-- createPlan
drop table if exists `work`.`run_0001_plan`;
create table if not exists `work`.`run_0001_plan` (`sequence` INT64, `phase` INT64, `kind` STRING, `key` STRING, `remote_id` STRING, `status` STRING, `reason` STRING, `message` STRING, `hold` STRING, `presence` STRING, `match_value` STRING, `releases` STRING, `clear_first` STRING, `clears` INT64, `changes` STRING, `crm_values` STRING, `withheld` STRING, `supersedes` STRING, `seen` STRING);

-- dropScratch
drop table if exists `work`.`run_0001_model`;
drop table if exists `work`.`run_0001_counts`;
drop table if exists `work`.`run_0001_duplicates`;
drop table if exists `work`.`run_0001_changed`;
drop table if exists `work`.`run_0001_due`;
drop table if exists `work`.`run_0001_results`;

-- dropRun
drop table if exists `work`.`run_0001_model`;
drop table if exists `work`.`run_0001_counts`;
drop table if exists `work`.`run_0001_duplicates`;
drop table if exists `work`.`run_0001_changed`;
drop table if exists `work`.`run_0001_due`;
drop table if exists `work`.`run_0001_results`;
drop table if exists `work`.`run_0001_plan`;

-- dropBrokenRun
drop table if exists `syncline`.`run_r1_model`;
drop table if exists `syncline`.`run_r1_counts`;
drop table if exists `syncline`.`run_r1_duplicates`;
drop table if exists `syncline`.`run_r1_changed`;
drop table if exists `syncline`.`run_r1_due`;
drop table if exists `syncline`.`run_r1_results`;
drop table if exists `syncline`.`run_r1_plan`;
drop table if exists `syncline`.`run_r1_now_model`;
drop table if exists `syncline`.`run_r1_now_counts`;
drop table if exists `syncline`.`run_r1_now_duplicates`;
drop table if exists `syncline`.`run_r1_now_changed`;
drop table if exists `syncline`.`run_r1_now_due`;
drop table if exists `syncline`.`run_r1_now_results`;

-- dropTable
drop table if exists `work`.`run_0001_plan`;

-- materialiseModel
create or replace table `work`.`run_0001_model` as select * from (select 1 as id -- the model
) as q;

-- diffStatements
create or replace table `work`.`run_0001_counts` as select count(*) as total, count(m.`id`) as keyed, count(*) as whole, count(m.`id`) as whole_keyed from `work`.`people` as m;
create or replace table `work`.`run_0001_duplicates` as select `id` as `key`, count(*) as copies from `work`.`people` as m where `id` is not null group by `id` having count(*) > 1;
create or replace table `work`.`run_0001_changed` as select coalesce(m.`id`, b.`key`) as `key`, case when b.`key` is null then 'new' when m.`id` is null then 'removed' else 'both' end as `side`, (case when m.`name` is distinct from b.`m_name` then '1' else '0' end || case when format('%.14e', m.`score` + 0.0) is distinct from format('%.14e', b.`m_score` + 0.0) then '1' else '0' end || case when m.`seen` is distinct from b.`m_seen` then '1' else '0' end) as `flags`, m.`name` as `m_name`, m.`score` as `m_score`, m.`seen` as `m_seen` from (select * from `work`.`people` as s where s.`id` is not null) as m full join `work`.`people__o_hara_cedea017__baseline` as b on b.`key` = m.`id` where (b.`key` is null or (m.`id` is not null and b.`presence` in ('cleared', 'archived', 'deleted')) or (m.`id` is not null and m.`name` is distinct from b.`m_name`) or (m.`id` is not null and format('%.14e', m.`score` + 0.0) is distinct from format('%.14e', b.`m_score` + 0.0)) or (m.`id` is not null and m.`seen` is distinct from b.`m_seen`) or (m.`id` is null and b.`presence` = 'present')) and not exists (select 1 from `work`.`run_0001_duplicates` as d where d.`key` = coalesce(m.`id`, b.`key`));

-- diffStatements, a key of another kind and stale versions
create or replace table `work`.`run_0001_counts` as select count(*) as total, count(m.`id`) as keyed, count(*) as whole, count(m.`id`) as whole_keyed from `work`.`people` as m;
create or replace table `work`.`run_0001_duplicates` as select `id` as `key`, count(*) as copies from `work`.`people` as m where `id` is not null group by `id` having count(*) > 1;
create or replace table `work`.`run_0001_changed` as select coalesce(cast(m.`id` as STRING), b.`key`) as `key`, case when b.`key` is null then 'new' when cast(m.`id` as STRING) is null then 'removed' else 'both' end as `side`, (case when m.`name` is distinct from b.`m_name` then '1' else '0' end || case when format('%.14e', m.`score` + 0.0) is distinct from format('%.14e', b.`m_score` + 0.0) then '1' else '0' end || case when m.`seen` is distinct from b.`m_seen` then '1' else '0' end) as `flags`, m.`name` as `m_name`, m.`score` as `m_score`, m.`seen` as `m_seen` from (select * from `work`.`people` as s where s.`id` is not null) as m full join `work`.`people__o_hara_cedea017__baseline` as b on b.`key` = cast(m.`id` as STRING) where (b.`key` is null or (cast(m.`id` as STRING) is not null and b.`presence` in ('cleared', 'archived', 'deleted')) or (cast(m.`id` as STRING) is not null and m.`name` is distinct from b.`m_name`) or (cast(m.`id` as STRING) is not null and format('%.14e', m.`score` + 0.0) is distinct from format('%.14e', b.`m_score` + 0.0)) or (cast(m.`id` as STRING) is not null and m.`seen` is distinct from b.`m_seen`) or (cast(m.`id` as STRING) is null and b.`presence` = 'present') or (cast(m.`id` as STRING) is not null and b.`mapping_version` in (1, 4)) or (cast(m.`id` as STRING) is not null and b.`reopened`) or (cast(m.`id` as STRING) is null and b.`presence` in ('present', 'cleared') and b.`released` is not null)) and not exists (select 1 from `work`.`run_0001_duplicates` as d where cast(d.`key` as STRING) = coalesce(cast(m.`id` as STRING), b.`key`));

-- diffStatements, one key, nothing removed
create or replace table `work`.`run_0001_counts` as select count(case when cast(m.`id` as STRING) = 'o\'hara' then 1 end) as total, count(case when cast(m.`id` as STRING) = 'o\'hara' then 1 end) as keyed, count(*) as whole, count(m.`id`) as whole_keyed from `work`.`people` as m;
create or replace table `work`.`run_0001_duplicates` as select `id` as `key`, count(*) as copies from (select * from `work`.`people` as a where cast(a.`id` as STRING) = 'o\'hara') as m where `id` is not null group by `id` having count(*) > 1;
create or replace table `work`.`run_0001_changed` as select coalesce(m.`id`, b.`key`) as `key`, case when b.`key` is null then 'new' when m.`id` is null then 'removed' else 'both' end as `side`, (case when m.`name` is distinct from b.`m_name` then '1' else '0' end || case when format('%.14e', m.`score` + 0.0) is distinct from format('%.14e', b.`m_score` + 0.0) then '1' else '0' end || case when m.`seen` is distinct from b.`m_seen` then '1' else '0' end) as `flags`, m.`name` as `m_name`, m.`score` as `m_score`, m.`seen` as `m_seen` from (select * from (select * from `work`.`people` as a where cast(a.`id` as STRING) = 'o\'hara') as s where s.`id` is not null) as m left join `work`.`people__o_hara_cedea017__baseline` as b on b.`key` = m.`id` where (b.`key` is null or (m.`id` is not null and b.`presence` in ('cleared', 'archived', 'deleted')) or (m.`id` is not null and m.`name` is distinct from b.`m_name`) or (m.`id` is not null and format('%.14e', m.`score` + 0.0) is distinct from format('%.14e', b.`m_score` + 0.0)) or (m.`id` is not null and m.`seen` is distinct from b.`m_seen`)) and not exists (select 1 from `work`.`run_0001_duplicates` as d where d.`key` = coalesce(m.`id`, b.`key`));

-- diffStatements, one key
create or replace table `work`.`run_0001_counts` as select count(case when cast(m.`id` as STRING) = '7' then 1 end) as total, count(case when cast(m.`id` as STRING) = '7' then 1 end) as keyed, count(*) as whole, count(m.`id`) as whole_keyed from `work`.`people` as m;
create or replace table `work`.`run_0001_duplicates` as select `id` as `key`, count(*) as copies from (select * from `work`.`people` as a where cast(a.`id` as STRING) = '7') as m where `id` is not null group by `id` having count(*) > 1;
create or replace table `work`.`run_0001_changed` as select coalesce(m.`id`, b.`key`) as `key`, case when b.`key` is null then 'new' when m.`id` is null then 'removed' else 'both' end as `side`, (case when m.`name` is distinct from b.`m_name` then '1' else '0' end || case when format('%.14e', m.`score` + 0.0) is distinct from format('%.14e', b.`m_score` + 0.0) then '1' else '0' end || case when m.`seen` is distinct from b.`m_seen` then '1' else '0' end) as `flags`, m.`name` as `m_name`, m.`score` as `m_score`, m.`seen` as `m_seen` from (select * from (select * from `work`.`people` as a where cast(a.`id` as STRING) = '7') as s where s.`id` is not null) as m full join `work`.`people__o_hara_cedea017__baseline` as b on b.`key` = m.`id` where (b.`key` is null or (m.`id` is not null and b.`presence` in ('cleared', 'archived', 'deleted')) or (m.`id` is not null and m.`name` is distinct from b.`m_name`) or (m.`id` is not null and format('%.14e', m.`score` + 0.0) is distinct from format('%.14e', b.`m_score` + 0.0)) or (m.`id` is not null and m.`seen` is distinct from b.`m_seen`) or (m.`id` is null and b.`presence` = 'present')) and not exists (select 1 from `work`.`run_0001_duplicates` as d where d.`key` = coalesce(m.`id`, b.`key`)) and (m.`id` is not null or cast(b.`key` as STRING) = '7');

-- diffStatements, a column of another type
create or replace table `work`.`run_0001_counts` as select count(*) as total, count(m.`id`) as keyed, count(*) as whole, count(m.`id`) as whole_keyed from `work`.`people` as m;
create or replace table `work`.`run_0001_duplicates` as select `id` as `key`, count(*) as copies from `work`.`people` as m where `id` is not null group by `id` having count(*) > 1;
create or replace table `work`.`run_0001_changed` as select coalesce(m.`id`, b.`key`) as `key`, case when b.`key` is null then 'new' when m.`id` is null then 'removed' else 'both' end as `side`, (case when m.`name` is not null then '1' else '0' end || case when format('%.14e', m.`score` + 0.0) is distinct from format('%.14e', b.`m_score` + 0.0) then '1' else '0' end || case when m.`seen` is distinct from b.`m_seen` then '1' else '0' end) as `flags`, m.`name` as `m_name`, m.`score` as `m_score`, m.`seen` as `m_seen` from (select * from `work`.`people` as s where s.`id` is not null) as m full join `work`.`people__o_hara_cedea017__baseline` as b on b.`key` = m.`id` where (b.`key` is null or (m.`id` is not null and b.`presence` in ('cleared', 'archived', 'deleted')) or (m.`id` is not null and m.`name` is not null) or (m.`id` is not null and format('%.14e', m.`score` + 0.0) is distinct from format('%.14e', b.`m_score` + 0.0)) or (m.`id` is not null and m.`seen` is distinct from b.`m_seen`) or (m.`id` is null and b.`presence` = 'present')) and not exists (select 1 from `work`.`run_0001_duplicates` as d where d.`key` = coalesce(m.`id`, b.`key`));

-- diffStatements, no columns
create or replace table `work`.`run_0001_counts` as select count(*) as total, count(m.`id`) as keyed, count(*) as whole, count(m.`id`) as whole_keyed from `work`.`people` as m;
create or replace table `work`.`run_0001_duplicates` as select `id` as `key`, count(*) as copies from `work`.`people` as m where `id` is not null group by `id` having count(*) > 1;
create or replace table `work`.`run_0001_changed` as select coalesce(m.`id`, b.`key`) as `key`, case when b.`key` is null then 'new' when m.`id` is null then 'removed' else 'both' end as `side`, ('') as `flags` from (select * from `work`.`people` as s where s.`id` is not null) as m full join `work`.`people__o_hara_cedea017__baseline` as b on b.`key` = m.`id` where (b.`key` is null or (m.`id` is not null and b.`presence` in ('cleared', 'archived', 'deleted')) or (m.`id` is null and b.`presence` = 'present')) and not exists (select 1 from `work`.`run_0001_duplicates` as d where d.`key` = coalesce(m.`id`, b.`key`));

-- diffCounts
select cast(m.total as STRING), cast(m.keyed as STRING), cast(d.duplicated as STRING), cast(c.changed as STRING), cast(c.removed as STRING), cast(m.whole as STRING), cast(m.whole_keyed as STRING) from `work`.`run_0001_counts` as m cross join (select coalesce(sum(copies), 0) as duplicated from `work`.`run_0001_duplicates`) as d cross join (select count(*) as changed, count(case when `side` = 'removed' then 1 end) as removed from `work`.`run_0001_changed`) as c;

-- knownCounts
select cast(b.live as STRING), cast(b.again as STRING), cast(h.held as STRING) from (select count(case when `presence` = 'present' then 1 end) as live, count(case when `reopened` then 1 end) as again from `work`.`people__o_hara_cedea017__baseline`) as b cross join (select count(*) as held from `work`.`people__o_hara_cedea017__held`) as h;

-- duplicateKeys
select cast(`key` as STRING), cast(copies as STRING) from `work`.`run_0001_duplicates` order by `key`;

-- dueStatements
create or replace table `work`.`run_0001_due` as select row_number() over (order by c.`turn`, c.`key`) as `sequence`, c.`key` as `key`, c.`side`, c.`flags`, c.`m_name`, c.`m_score`, c.`m_seen`, b.`remote_id`, b.`origin`, b.`presence`, b.`match_value`, b.`released`, b.`crm_values`, b.`withheld`, b.`mapping_version`, b.`reopened` from (select c.*, coalesce(case when h.`status` = 'deferred' then coalesce(h.`since`, 0) end, 9007199254740991) as `turn` from `work`.`run_0001_changed` as c left join `work`.`people__o_hara_cedea017__held` as h on h.`key` = cast(c.`key` as STRING) where not (case when h.`key` is null then false when h.`status` = 'deferred' and h.`reason` = 'in_doubt' then true when coalesce(h.`reason`, '') = 'removed.adopted' then c.`side` = 'removed' when h.`next_attempt` <= 5 then false else h.`fingerprint` = to_hex(md5(('2' || coalesce(('=' || to_hex(md5(cast(c.`m_name` as STRING)))), '-') || coalesce(('=' || to_hex(md5(case when is_nan(c.`m_score`) then 'NaN' when is_inf(c.`m_score`) then if(c.`m_score` > 0, 'Infinity', '-Infinity') else regexp_replace(cast(c.`m_score` as STRING), r'\.0$', '') end))), '-') || coalesce(('=' || to_hex(md5(format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', c.`m_seen`, 'UTC')))), '-')))) end)) as c left join `work`.`people__o_hara_cedea017__baseline` as b on b.`key` = c.`key`;

-- dueStatements, limited
create or replace table `work`.`run_0001_due` as select row_number() over (order by c.`turn`, c.`key`) as `sequence`, c.`key` as `key`, c.`side`, c.`flags`, c.`m_name`, c.`m_score`, c.`m_seen`, b.`remote_id`, b.`origin`, b.`presence`, b.`match_value`, b.`released`, b.`crm_values`, b.`withheld`, b.`mapping_version`, b.`reopened` from (select c.*, 9007199254740991 as `turn` from `work`.`run_0001_changed` as c order by `turn`, c.`key` limit 10) as c left join `work`.`people__o_hara_cedea017__baseline` as b on b.`key` = c.`key`;

-- keysNotInModel
select cast(b.`key` as STRING), b.`origin`, b.`presence` from `work`.`people__o_hara_cedea017__baseline` as b where cast(b.`key` as STRING) in (@p1, @p2) and not exists (select 1 from `work`.`people` as m where m.`id` = b.`key`);
-- with ["1","2"]
select cast(b.`key` as STRING), b.`origin`, b.`presence` from `work`.`people__o_hara_cedea017__baseline` as b where cast(b.`key` as STRING) in (@p1) and not exists (select 1 from `work`.`people` as m where cast(m.`id` as STRING) = b.`key`);
-- with ["1"]

-- countDue
select cast(count(*) as STRING) from `work`.`run_0001_due`;

-- readDue
select cast(`sequence` as STRING), cast(`key` as STRING), `side`, `flags`, `remote_id`, `origin`, `presence`, `match_value`, `released`, `crm_values`, `withheld`, cast(`mapping_version` as STRING), cast(`reopened` as STRING), cast(`m_name` as STRING), case when is_nan(`m_score`) then 'NaN' when is_inf(`m_score`) then if(`m_score` > 0, 'Infinity', '-Infinity') else regexp_replace(cast(`m_score` as STRING), r'\.0$', '') end, format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', `m_seen`, 'UTC') from `work`.`run_0001_due` where `sequence` > 0 and `sequence` <= 5000 order by `sequence`;

-- heldBackCounts
select h.`status`, h.`reason`, cast(count(*) as STRING) from `work`.`run_0001_changed` as c join `work`.`people__o_hara_cedea017__held` as h on h.`key` = cast(c.`key` as STRING) where (h.`next_attempt` is null or h.`next_attempt` > 5) and case when h.`key` is null then false when h.`status` = 'deferred' and h.`reason` = 'in_doubt' then true when coalesce(h.`reason`, '') = 'removed.adopted' then c.`side` = 'removed' when h.`next_attempt` <= 5 then false else h.`fingerprint` = to_hex(md5(('2' || coalesce(('=' || to_hex(md5(cast(c.`m_name` as STRING)))), '-') || coalesce(('=' || to_hex(md5(case when is_nan(c.`m_score`) then 'NaN' when is_inf(c.`m_score`) then if(c.`m_score` > 0, 'Infinity', '-Infinity') else regexp_replace(cast(c.`m_score` as STRING), r'\.0$', '') end))), '-') || coalesce(('=' || to_hex(md5(format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', c.`m_seen`, 'UTC')))), '-')))) end group by h.`status`, h.`reason` order by h.`status`, h.`reason`;

-- heldForContent, after a look
select cast(count(*) as STRING) from `work`.`run_0001_changed` as c join `work`.`people__o_hara_cedea017__held` as h on h.`key` = cast(c.`key` as STRING) where case when h.`key` is null then false when h.`status` = 'deferred' and h.`reason` = 'in_doubt' then true when coalesce(h.`reason`, '') = 'removed.adopted' then c.`side` = 'removed' when h.`next_attempt` <= 5 then false when h.`next_attempt` is null and h.`metadata` is distinct from 'm1' then false else h.`fingerprint` = to_hex(md5(('2' || coalesce(('=' || to_hex(md5(cast(c.`m_name` as STRING)))), '-') || coalesce(('=' || to_hex(md5(case when is_nan(c.`m_score`) then 'NaN' when is_inf(c.`m_score`) then if(c.`m_score` > 0, 'Infinity', '-Infinity') else regexp_replace(cast(c.`m_score` as STRING), r'\.0$', '') end))), '-') || coalesce(('=' || to_hex(md5(format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', c.`m_seen`, 'UTC')))), '-')))) end and h.`next_attempt` is null and not (h.`status` = 'deferred' and h.`reason` = 'in_doubt') and not (coalesce(h.`reason`, '') = 'removed.adopted');

-- countSettled
select cast(count(*) as STRING) from (select h.`key` from `work`.`people__o_hara_cedea017__held` as h where not (h.`status` = 'deferred' and h.`reason` = 'in_doubt') and not exists (select 1 from `work`.`run_0001_changed` as c where cast(c.`key` as STRING) = h.`key`)) as s;

-- forgetSettled
delete from `work`.`people__o_hara_cedea017__held` where `key` in (select h.`key` from `work`.`people__o_hara_cedea017__held` as h where not (h.`status` = 'deferred' and h.`reason` = 'in_doubt') and not exists (select 1 from `work`.`run_0001_changed` as c where cast(c.`key` as STRING) = h.`key`));

-- movedRows
select cast(count(*) as STRING) from `work`.`run_0001_due` as a full join `work`.`other` as b on a.`key` = b.`key` where a.`key` is null or b.`key` is null or a.`side` <> b.`side` or a.`m_name` is distinct from b.`m_name` or format('%.14e', a.`m_score` + 0.0) is distinct from format('%.14e', b.`m_score` + 0.0) or a.`m_seen` is distinct from b.`m_seen`;

-- rejectCollisions, match
update `work`.`run_0001_plan` set `status` = 'rejected', `kind` = 'none', `presence` = null, `reason` = 'match.collision', `message` = ('another row has the same match value: ' || `match_value`) where `match_value` is not null and (`status` is null or `presence` in ('present', 'cleared')) and (`match_value` in (select `match_value` from `work`.`run_0001_plan` where `match_value` is not null and (`status` is null or `presence` in ('present', 'cleared')) group by `match_value` having count(*) > 1) or `match_value` in (select b.`match_value` from `work`.`people__o_hara_cedea017__baseline` as b join `work`.`run_0001_plan` as q on q.`match_value` = b.`match_value` join `work`.`run_0001_due` as e on e.`sequence` = q.`sequence` and (q.`kind` = 'create' or e.`match_value` is null or e.`match_value` <> q.`match_value`) where b.`presence` in ('present') and not exists (select 1 from `work`.`run_0001_due` as d join `work`.`run_0001_plan` as o on o.`sequence` = d.`sequence` where d.`key` = b.`key` and (o.`status` is null or o.`presence` is not null)) and not exists (select 1 from `work`.`run_0001_plan` as s where s.`remote_id` = b.`remote_id` and s.`supersedes` is not null) and q.`kind` = 'create' and q.`phase` > 0 union all select b.`match_value` from `work`.`people__o_hara_cedea017__baseline` as b join `work`.`run_0001_plan` as q on q.`match_value` = b.`match_value` join `work`.`run_0001_due` as e on e.`sequence` = q.`sequence` and (q.`kind` = 'create' or e.`match_value` is null or e.`match_value` <> q.`match_value`) where b.`presence` in ('present') and not exists (select 1 from `work`.`run_0001_due` as d join `work`.`run_0001_plan` as o on o.`sequence` = d.`sequence` where d.`key` = b.`key` and (o.`status` is null or o.`presence` is not null)) and not exists (select 1 from `work`.`run_0001_plan` as s where s.`remote_id` = b.`remote_id` and s.`supersedes` is not null) and q.`kind` <> 'create' and exists (select 1 from `work`.`people` as m where m.`id` = b.`key`) and not exists (select 1 from `work`.`run_0001_changed` as c where c.`key` = b.`key`) and not exists (select 1 from `work`.`run_0001_duplicates` as d where d.`key` = b.`key`))) and `sequence` not in (select d.`sequence` from `work`.`run_0001_due` as d join `work`.`run_0001_plan` as o on o.`sequence` = d.`sequence` where d.`side` = 'removed' and o.`match_value` = d.`match_value`);
update `work`.`run_0001_plan` set `status` = 'rejected', `kind` = 'none', `presence` = null, `reason` = 'match.collision', `message` = ('another row has the same match value: ' || `match_value`) where `match_value` is not null and (`status` is null or `presence` in ('present', 'cleared')) and (`match_value` in (select b.`match_value` from `work`.`people__o_hara_cedea017__baseline` as b join `work`.`run_0001_plan` as q on q.`match_value` = b.`match_value` join `work`.`run_0001_due` as e on e.`sequence` = q.`sequence` and (q.`kind` = 'create' or e.`match_value` is null or e.`match_value` <> q.`match_value`) where b.`presence` in ('present') and not exists (select 1 from `work`.`run_0001_due` as d join `work`.`run_0001_plan` as o on o.`sequence` = d.`sequence` where d.`key` = b.`key` and (o.`status` is null or o.`presence` is not null)) and q.`kind` = 'create' and q.`phase` > 0)) and `sequence` not in (select d.`sequence` from `work`.`run_0001_due` as d join `work`.`run_0001_plan` as o on o.`sequence` = d.`sequence` where d.`side` = 'removed' and o.`match_value` = d.`match_value`);
update `work`.`run_0001_plan` set `status` = 'rejected', `kind` = 'none', `presence` = null, `reason` = 'match.collision', `message` = ('another row has the same match value: ' || `match_value`) where `match_value` is not null and (`status` is null or `presence` in ('present', 'cleared')) and (`match_value` in (select `match_value` from `work`.`run_0001_plan` where `match_value` is not null and (`status` is null or `presence` in ('present', 'cleared')) group by `match_value` having count(*) > 1)) and `sequence` not in (select d.`sequence` from `work`.`run_0001_due` as d join `work`.`run_0001_plan` as o on o.`sequence` = d.`sequence` where d.`side` = 'removed' and o.`match_value` = d.`match_value`);

-- rejectCollisions, record
update `work`.`run_0001_plan` set `status` = 'rejected', `kind` = 'none', `presence` = null, `reason` = 'record.bound', `message` = ('another row has the same CRM record: ' || `remote_id`) where `remote_id` is not null and (`status` is null or `presence` in ('present', 'cleared')) and (`remote_id` in (select `remote_id` from `work`.`run_0001_plan` where `remote_id` is not null and (`status` is null or `presence` in ('present', 'cleared')) group by `remote_id` having count(*) > 1) or `remote_id` in (select b.`remote_id` from `work`.`people__o_hara_cedea017__baseline` as b join `work`.`run_0001_plan` as q on q.`remote_id` = b.`remote_id` where b.`presence` in ('present', 'cleared') and not exists (select 1 from `work`.`run_0001_due` as d join `work`.`run_0001_plan` as o on o.`sequence` = d.`sequence` where d.`key` = b.`key` and (o.`status` is null or o.`presence` is not null)) and not exists (select 1 from `work`.`run_0001_plan` as s where s.`remote_id` = b.`remote_id` and s.`supersedes` is not null))) and `sequence` not in (select d.`sequence` from `work`.`run_0001_due` as d join `work`.`run_0001_plan` as o on o.`sequence` = d.`sequence` where o.`remote_id` = d.`remote_id`);
update `work`.`run_0001_plan` set `status` = 'rejected', `kind` = 'none', `presence` = null, `reason` = 'record.bound', `message` = ('another row has the same CRM record: ' || `remote_id`) where `remote_id` is not null and (`status` is null or `presence` in ('present', 'cleared')) and (`remote_id` in (select `remote_id` from `work`.`run_0001_plan` where `remote_id` is not null and (`status` is null or `presence` in ('present', 'cleared')) group by `remote_id` having count(*) > 1)) and `sequence` not in (select d.`sequence` from `work`.`run_0001_due` as d join `work`.`run_0001_plan` as o on o.`sequence` = d.`sequence` where o.`remote_id` = d.`remote_id`);

-- yieldOwed
update `work`.`run_0001_plan` set `status` = 'skipped', `kind` = 'none', `presence` = null, `reason` = 'removed.released', `hold` = 'retry', `message` = 'the record has no match value, as another row has the one it was to get' where `kind` = 'update' and `sequence` in (select d.`sequence` from `work`.`run_0001_due` as d where d.`side` = 'removed' and d.`released` is not null) and (`match_value` in (select c.`match_value` from `work`.`run_0001_plan` as c where c.`match_value` is not null and c.`status` is null and c.`sequence` not in (select d.`sequence` from `work`.`run_0001_due` as d where d.`side` = 'removed')) or `match_value` in (select b.`match_value` from `work`.`people__o_hara_cedea017__baseline` as b where b.`match_value` is not null and b.`presence` = 'present' and not exists (select 1 from `work`.`run_0001_plan` as r where r.`remote_id` = b.`remote_id` and r.`releases` is not null and r.`status` is null)));

-- yieldSuperseded
update `work`.`run_0001_plan` set `status` = 'skipped', `kind` = 'none', `presence` = null, `releases` = null, `reason` = 'removed.superseded', `message` = 'the record went over to a row with another key' where `presence` is not null and `sequence` in (select d.`sequence` from `work`.`run_0001_due` as d where d.`side` = 'removed') and `remote_id` in (select s.`remote_id` from `work`.`run_0001_plan` as s where s.`supersedes` is not null and s.`presence` is not null);

-- supersedingRows
select cast(count(*) as STRING) from `work`.`run_0001_plan` where `supersedes` is not null and `presence` is not null;

-- unbindSuperseded
delete from `work`.`people__o_hara_cedea017__baseline` where `remote_id` in (select `remote_id` from `work`.`run_0001_plan` where `supersedes` is not null and `presence` is not null);

-- doubtClaims
update `work`.`run_0001_plan` set `phase` = 1 where `kind` = 'create' and `status` is null and `phase` = 0 and (`match_value` in (select b.`match_value` from `work`.`people__o_hara_cedea017__baseline` as b join `work`.`run_0001_plan` as q on q.`match_value` = b.`match_value` join `work`.`run_0001_due` as e on e.`sequence` = q.`sequence` and (q.`kind` = 'create' or e.`match_value` is null or e.`match_value` <> q.`match_value`) where b.`presence` in ('present') and not exists (select 1 from `work`.`run_0001_due` as d join `work`.`run_0001_plan` as o on o.`sequence` = d.`sequence` where d.`key` = b.`key` and (o.`status` is null or o.`presence` is not null)) and not exists (select 1 from `work`.`run_0001_plan` as s where s.`remote_id` = b.`remote_id` and s.`supersedes` is not null)) or `key` in (select h.`key` from `work`.`people__o_hara_cedea017__held` as h where h.`reason` = 'record.bound'));
update `work`.`run_0001_plan` set `phase` = 1 where `kind` = 'create' and `status` is null and `phase` = 0 and (`match_value` in (select b.`match_value` from `work`.`people__o_hara_cedea017__baseline` as b join `work`.`run_0001_plan` as q on q.`match_value` = b.`match_value` join `work`.`run_0001_due` as e on e.`sequence` = q.`sequence` and (q.`kind` = 'create' or e.`match_value` is null or e.`match_value` <> q.`match_value`) where b.`presence` in ('present') and not exists (select 1 from `work`.`run_0001_due` as d join `work`.`run_0001_plan` as o on o.`sequence` = d.`sequence` where d.`key` = b.`key` and (o.`status` is null or o.`presence` is not null))) or `key` in (select h.`key` from `work`.`people__o_hara_cedea017__held` as h where h.`reason` = 'record.bound'));

-- claimEdges
select cast(c.`sequence` as STRING), cast(r.`sequence` as STRING) from `work`.`run_0001_plan` as c join `work`.`run_0001_plan` as r on r.`releases` = c.`match_value` where c.`sequence` <> r.`sequence` and c.`status` is null and r.`status` is null and c.`kind` in ('create', 'update') order by 1, 2;

-- setPhases
update `work`.`run_0001_plan` set `phase` = 1 where `sequence` in (4, 5);
update `work`.`run_0001_plan` set `phase` = 2 where `sequence` in (3);

-- markClearFirst
update `work`.`run_0001_plan` set `clear_first` = 'yes' where `sequence` in (4, 5);

-- planPhases
select cast(`phase` as STRING), cast(max(`sequence`) as STRING) from `work`.`run_0001_plan` where `status` is null group by `phase` order by `phase`;
select cast(`phase` as STRING), `kind`, cast(count(*) as STRING) from `work`.`run_0001_plan` where `status` is null group by `phase`, `kind` order by `phase`, `kind`;

-- planLength
select cast(coalesce(max(`sequence`), 0) as STRING) from `work`.`run_0001_plan`;

-- readPlan
select cast(`sequence` as STRING), cast(`phase` as STRING), `kind`, `key`, `remote_id`, `status`, `reason`, `message`, `hold`, `presence`, `match_value`, `releases`, `clear_first`, cast(`clears` as STRING), `changes`, `crm_values`, `withheld`, `supersedes`, `seen` from `work`.`run_0001_plan` where `sequence` > 0 and `sequence` <= 10 order by `sequence`;
select cast(`sequence` as STRING), cast(`phase` as STRING), `kind`, `key`, `remote_id`, `status`, `reason`, `message`, `hold`, `presence`, `match_value`, `releases`, `clear_first`, cast(`clears` as STRING), `changes`, `crm_values`, `withheld`, `supersedes`, `seen` from `work`.`run_0001_plan` where `sequence` > 0 and `sequence` <= 10 and `phase` = 1 and `status` is null order by `sequence`;

-- readOperationKinds
select `kind` from `work`.`run_0001_plan` where `sequence` > 0 and `sequence` <= 10 and `phase` = 1 and `status` is null order by `sequence`;
select `kind`, `changes`, `crm_values` from `work`.`run_0001_plan` where `sequence` > 0 and `sequence` <= 10 and `phase` = 1 and `status` is null order by `sequence`;

-- planCounts
select `kind`, `status`, `reason`, cast(count(*) as STRING), cast(sum(`clears`) as STRING) from `work`.`run_0001_plan` group by `kind`, `status`, `reason` order by `kind`, `status`, `reason`;

-- readCounted, max_changes
select cast(`sequence` as STRING), cast(`phase` as STRING), `kind`, `key`, `remote_id`, `status`, `reason`, `message`, `hold`, `presence`, `match_value`, `releases`, `clear_first`, cast(`clears` as STRING), `changes`, `crm_values`, `withheld`, `supersedes`, `seen` from `work`.`run_0001_plan` where `status` is null and `kind` = 'update' order by `sequence` limit 5;

-- readCounted, max_clears
select cast(`sequence` as STRING), cast(`phase` as STRING), `kind`, `key`, `remote_id`, `status`, `reason`, `message`, `hold`, `presence`, `match_value`, `releases`, `clear_first`, cast(`clears` as STRING), `changes`, `crm_values`, `withheld`, `supersedes`, `seen` from `work`.`run_0001_plan` where `status` is null and `clears` > 0 order by `sequence` limit 5;

-- readCounted, max_deletes
select cast(`sequence` as STRING), cast(`phase` as STRING), `kind`, `key`, `remote_id`, `status`, `reason`, `message`, `hold`, `presence`, `match_value`, `releases`, `clear_first`, cast(`clears` as STRING), `changes`, `crm_values`, `withheld`, `supersedes`, `seen` from `work`.`run_0001_plan` where `status` is null and `kind` = 'delete' order by `sequence` limit 5;

-- planFailures
select `key`, `status`, `reason`, `message` from `work`.`run_0001_plan` where `status` in ('rejected', 'deferred') order by `status` desc, `sequence` limit 5;

-- runFailures
select `key`, `status`, `reason`, `message` from `work`.`failures` where `run_id` = '0001' order by `status` desc, `sequence` limit 5;

-- heldBefore
select `key`, `status`, `reason`, `message` from `work`.`people__o_hara_cedea017__held` where `last_run` <> '0001' order by `status` desc, `key` limit 5;

-- heldWaiting
select `key`, `status`, `reason`, `message` from `work`.`people__o_hara_cedea017__held` where `last_run` = '0001' and not exists (select 1 from `work`.`operations` as o where o.`run_id` = '0001' and o.`key` = `people__o_hara_cedea017__held`.`key`) order by `status` desc, `key` limit 5;

-- boundInBaseline
select `remote_id`, cast(`key` as STRING), `match_value` from `work`.`people__o_hara_cedea017__baseline` where `remote_id` in (@p1, @p2);
-- with ["1","2"]

-- boundInPlan
select `remote_id`, `key` from `work`.`run_0001_plan` where `remote_id` in (@p1, @p2) and `kind` <> 'none';
-- with ["1","2"]

-- resultsDecidedByPlan
insert into `work`.`run_0001_results` (`sequence`, `status`, `reason`, `message`, `hold`, `remote_id`, `origin`, `presence`, `crm_values`, `withheld`, `reopen`, `at`) select `sequence`, `status`, `reason`, `message`, `hold`, `remote_id`, cast(null as STRING), `presence`, `crm_values`, `withheld`, cast(null as STRING), cast('2026-03-01T10:00:00.000000Z' as TIMESTAMP) from `work`.`run_0001_plan` where `status` is not null;

-- mergeStatements
update `work`.`syncs` set `generation` = 1, `merged_run` = '0001', `merged_through` = 9 where `sync` = 'people/o\'hara' and `state_id` = 'state' and `generation` = 0 and `fence` = 3;
-- must affect 1 row
merge into `work`.`people__o_hara_cedea017__baseline` as b using (select d.`key` as `key`, r.`keeps_match` as `keeps_match`, r.`remote_id` as `remote_id`, coalesce(r.`origin`, case when d.`remote_id` = r.`remote_id` then d.`origin` end, 'adopted') as `origin`, r.`presence` as `presence`, p.`match_value` as `match_value`, case when r.`presence` in ('present', 'cleared') and d.`side` = 'removed' and p.`match_value` is null and d.`released` is not null then d.`released` end as `released`, r.`crm_values` as `crm_values`, r.`withheld` as `withheld`, 2 as `mapping_version`, (r.`reopen` is not null or (r.`presence` in ('present', 'cleared') and d.`side` = 'removed' and p.`match_value` is null and d.`released` is not null)) as `reopened`, '0001' as `run_id`, r.`at` as `confirmed_at`, d.`m_name` as `m_name`, d.`m_score` as `m_score`, d.`m_seen` as `m_seen` from `work`.`run_0001_results` as r join `work`.`run_0001_due` as d on d.`sequence` = r.`sequence` join `work`.`run_0001_plan` as p on p.`sequence` = r.`sequence` where r.`presence` is not null and r.`remote_id` is not null) as s on b.`key` = s.`key` when matched then update set `remote_id` = s.`remote_id`, `origin` = s.`origin`, `presence` = s.`presence`, `match_value` = case when s.`keeps_match` is not null then b.`match_value` else s.`match_value` end, `released` = case when s.`keeps_match` is not null then b.`released` else s.`released` end, `crm_values` = s.`crm_values`, `withheld` = s.`withheld`, `mapping_version` = s.`mapping_version`, `reopened` = s.`reopened`, `run_id` = s.`run_id`, `confirmed_at` = s.`confirmed_at`, `m_name` = s.`m_name`, `m_score` = s.`m_score`, `m_seen` = s.`m_seen` when not matched then insert (`key`, `remote_id`, `origin`, `presence`, `match_value`, `released`, `crm_values`, `withheld`, `mapping_version`, `reopened`, `run_id`, `confirmed_at`, `m_name`, `m_score`, `m_seen`) values (s.`key`, s.`remote_id`, s.`origin`, s.`presence`, s.`match_value`, s.`released`, s.`crm_values`, s.`withheld`, s.`mapping_version`, s.`reopened`, s.`run_id`, s.`confirmed_at`, s.`m_name`, s.`m_score`, s.`m_seen`);
merge into `work`.`people__o_hara_cedea017__baseline` as b using (select d.`key` as `key`, r.`crm_values` as `crm_values`, r.`withheld` as `withheld` from `work`.`run_0001_results` as r join `work`.`run_0001_due` as d on d.`sequence` = r.`sequence` where r.`presence` is null and r.`reopen` is not null) as s on b.`key` = s.`key` when matched then update set `crm_values` = s.`crm_values`, `withheld` = s.`withheld`, `reopened` = true;
insert into `work`.`operations` (`run_id`, `sync`, `sequence`, `key`, `kind`, `remote_id`, `status`, `reason`, `message`, `at`, `job`, `changes`) select '0001', 'people/o\'hara', p.`sequence`, p.`key`, p.`kind`, coalesce(r.`remote_id`, p.`remote_id`), r.`status`, r.`reason`, r.`message`, r.`at`, r.`job`, p.`changes` from `work`.`run_0001_results` as r join `work`.`run_0001_plan` as p on p.`sequence` = r.`sequence`;
merge into `work`.`people__o_hara_cedea017__held` as h using (select p.`key` as `key`, r.`status` as `status`, r.`reason` as `reason`, r.`message` as `message`, coalesce(r.`hold`, case when r.`status` = 'deferred' then 'wait' end) as `hold`, to_hex(md5(('2' || coalesce(('=' || to_hex(md5(cast(d.`m_name` as STRING)))), '-') || coalesce(('=' || to_hex(md5(case when is_nan(d.`m_score`) then 'NaN' when is_inf(d.`m_score`) then if(d.`m_score` > 0, 'Infinity', '-Infinity') else regexp_replace(cast(d.`m_score` as STRING), r'\.0$', '') end))), '-') || coalesce(('=' || to_hex(md5(format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', d.`m_seen`, 'UTC')))), '-')))) as `fingerprint` from `work`.`run_0001_results` as r join `work`.`run_0001_plan` as p on p.`sequence` = r.`sequence` join `work`.`run_0001_due` as d on d.`sequence` = r.`sequence` where coalesce(r.`hold`, case when r.`status` = 'deferred' then 'wait' end) is not null or p.`key` in (select `key` from `work`.`people__o_hara_cedea017__held`)) as s on h.`key` = s.`key` when matched and s.`hold` is null then delete when matched then update set `status` = s.`status`, `reason` = s.`reason`, `message` = s.`message`, `fingerprint` = s.`fingerprint`, `attempts` = h.`attempts` + case s.`hold` when 'wait' then 0 else 1 end, `next_attempt` = case s.`hold` when 'wait' then 0 when 'retry' then 1700000000000 + 60000 * case when h.`attempts` > 10 then 1440 else cast(power(2, h.`attempts`) as INT64) end else null end, `metadata` = cast(null as STRING), `last_run` = '0001' when not matched and s.`hold` is not null then insert (`key`, `status`, `reason`, `message`, `fingerprint`, `attempts`, `next_attempt`, `metadata`, `last_run`, `since`, `first_run`) values (s.`key`, s.`status`, s.`reason`, s.`message`, s.`fingerprint`, case s.`hold` when 'wait' then 0 else 1 end, case s.`hold` when 'wait' then 0 when 'retry' then 1700000000000 + 60000 * case when 0 > 10 then 1440 else cast(power(2, 0) as INT64) end else null end, cast(null as STRING), '0001', 1700000000000, '0001');

-- mergeStatements, of rows that are not held
insert into `work`.`operations` (`run_id`, `sync`, `sequence`, `key`, `kind`, `remote_id`, `status`, `reason`, `message`, `at`, `job`, `changes`) select '0001', 'people/o\'hara', p.`sequence`, p.`key`, p.`kind`, coalesce(r.`remote_id`, p.`remote_id`), r.`status`, r.`reason`, r.`message`, r.`at`, r.`job`, p.`changes` from `work`.`run_0001_results` as r join `work`.`run_0001_plan` as p on p.`sequence` = r.`sequence`;

-- mergeStatements, with metadata
insert into `work`.`operations` (`run_id`, `sync`, `sequence`, `key`, `kind`, `remote_id`, `status`, `reason`, `message`, `at`, `job`, `changes`) select '0001', 'people/o\'hara', p.`sequence`, p.`key`, p.`kind`, coalesce(r.`remote_id`, p.`remote_id`), r.`status`, r.`reason`, r.`message`, r.`at`, r.`job`, p.`changes` from `work`.`run_0001_results` as r join `work`.`run_0001_plan` as p on p.`sequence` = r.`sequence`;

-- rememberUnsent
insert into `work`.`people__o_hara_cedea017__held` (`key`, `status`, `reason`, `fingerprint`, `attempts`, `next_attempt`, `since`, `first_run`, `last_run`) select w.`key`, 'deferred', 'run.ended_early', '', 0, 0, 1700000000000, '0001', '0001' from (select p.`key` as `key` from `work`.`run_0001_plan` as p where p.`status` is null and not exists (select 1 from `work`.`operations` as o where o.`sync` = 'people/o\'hara' and o.`run_id` = '0001' and o.`sequence` = p.`sequence`)) as w where not exists (select 1 from `work`.`people__o_hara_cedea017__held` as h where h.`key` = w.`key`);

-- rememberBeyondLimit
insert into `work`.`people__o_hara_cedea017__held` (`key`, `status`, `reason`, `fingerprint`, `attempts`, `next_attempt`, `since`, `first_run`, `last_run`) select w.`key`, 'deferred', 'run.limit', '', 0, 0, 1700000000000, '0001', '0001' from (select cast(c.`key` as STRING) as `key` from `work`.`run_0001_changed` as c where not exists (select 1 from `work`.`run_0001_due` as d where d.`key` = c.`key`)) as w where not exists (select 1 from `work`.`people__o_hara_cedea017__held` as h where h.`key` = w.`key`);

-- recordUnsent
insert into `work`.`operations` (`run_id`, `sync`, `sequence`, `key`, `kind`, `remote_id`, `status`, `reason`, `at`, `changes`) select '0001', 'people/o\'hara', p.`sequence`, p.`key`, p.`kind`, p.`remote_id`, 'deferred', 'adopt.differs', cast('2026-03-01T10:00:00.000000Z' as TIMESTAMP), p.`changes` from `work`.`run_0001_plan` as p where p.`status` is null;

-- createResults
drop table if exists `work`.`run_0001_results`;
create table if not exists `work`.`run_0001_results` (`sequence` INT64, `status` STRING, `reason` STRING, `message` STRING, `hold` STRING, `remote_id` STRING, `origin` STRING, `presence` STRING, `crm_values` STRING, `withheld` STRING, `reopen` STRING, `keeps_match` STRING, `at` TIMESTAMP, `job` STRING);

-- evolveBaseline, nothing to do
-- no statement

-- evolveBaseline, a column less and one more
create or replace table `work`.`people__o_hara_cedea017__baseline_next` as select `key` as `key`, `remote_id`, `origin`, `presence`, `match_value`, `released`, `crm_values`, `withheld`, `mapping_version`, `reopened`, `run_id`, `confirmed_at`, `m_score` as `m_score`, cast(null as TIMESTAMP) as `m_seen` from `work`.`people__o_hara_cedea017__baseline`;
create or replace table `work`.`people__o_hara_cedea017__baseline` as select * from `work`.`people__o_hara_cedea017__baseline_next`;
drop table if exists `work`.`people__o_hara_cedea017__baseline_next`;

-- evolveBaseline, a column of another type
create or replace table `work`.`people__o_hara_cedea017__baseline_next` as select `key` as `key`, `remote_id`, `origin`, `presence`, `match_value`, `released`, `crm_values`, `withheld`, `mapping_version`, `reopened`, `run_id`, `confirmed_at`, `m_name` as `m_name`, cast(null as NUMERIC(18,2)) as `m_score` from `work`.`people__o_hara_cedea017__baseline`;
create or replace table `work`.`people__o_hara_cedea017__baseline` as select * from `work`.`people__o_hara_cedea017__baseline_next`;
drop table if exists `work`.`people__o_hara_cedea017__baseline_next`;

-- evolveBaseline, a key of another kind
create or replace table `work`.`people__o_hara_cedea017__baseline_next` as select cast(`key` as STRING) as `key`, `remote_id`, `origin`, `presence`, `match_value`, `released`, `crm_values`, `withheld`, `mapping_version`, `reopened`, `run_id`, `confirmed_at`, `m_name` as `m_name`, `m_score` as `m_score` from `work`.`people__o_hara_cedea017__baseline`;
create or replace table `work`.`people__o_hara_cedea017__baseline` as select * from `work`.`people__o_hara_cedea017__baseline_next`;
drop table if exists `work`.`people__o_hara_cedea017__baseline_next`;

-- markErasure
update `work`.`syncs` set `erased_at` = '2026-11-21T09:00:00.000000Z' where `sync` = 'people' and `fence` = 7;
-- must affect 1 row

-- markNextErasure
update `work`.`syncs` set `erased_at` = '2026-11-21T09:00:00.000000Z' where `sync` = 'people' and `fence` = 7 and `erased_at` is null;
update `work`.`syncs` set `erased_at` = '2026-11-21T09:00:00.000000Z' where `sync` = 'people' and `fence` = 7 and `erased_at` = '2026-11-20T09:00:00.000000Z';

-- releaseHeld
delete from `work`.`people__o_hara_cedea017__held` where true;
delete from `work`.`people__o_hara_cedea017__held` where `key` = 'o\'hara';

-- reopenWithheld
update `work`.`people__o_hara_cedea017__baseline` set `reopened` = true where (`withheld` <> '{}' or `presence` = 'deleted');
update `work`.`people__o_hara_cedea017__baseline` set `reopened` = true where cast(`key` as STRING) = '7';

-- reopenRecords
update `work`.`people__o_hara_cedea017__baseline` set `reopened` = true where `remote_id` in (@p1, @p2);
-- with ["1","2"]

-- reopenOverwritten
update `work`.`people__o_hara_cedea017__baseline` set `reopened` = true where `remote_id` in (select `remote_id` from `work`.`operations` where `sync` = 'people/o\'hara' and `run_id` = 'r1' and `kind` = 'create' and `reason` in ('record.bound', 'in_doubt') and `remote_id` is not null);

-- reopenReleased
update `work`.`people__o_hara_cedea017__baseline` set `match_value` = null, `released` = case `remote_id` when @p1 then @p2 when @p3 then @p4 end, `reopened` = true where `remote_id` in (@p5, @p6);
-- with ["1","b@x.com","2","a@x.com","1","2"]

-- callsSince
select `run_id`, cast(`calls` as STRING) from `work`.`runs` where `sync` = 'people/o\'hara' and `started_at` >= cast('2026-03-01T00:00:00.000000Z' as TIMESTAMP);

-- callingRunsSince
select cast(count(*) as STRING) from `work`.`runs` where `sync` = 'people/o\'hara' and `calls` > 0 and `started_at` >= cast('2026-03-01T00:00:00.000000Z' as TIMESTAMP);

-- keyLife
select `remote_id`, `origin`, `presence`, `crm_values`, `withheld`, `run_id`, format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', `confirmed_at`, 'UTC') from `work`.`people__o_hara_cedea017__baseline` where cast(`key` as STRING) = @p1;
-- with ["7"]
select `status`, `reason`, `message`, cast(`attempts` as STRING), cast(`next_attempt` as STRING), `last_run` from `work`.`people__o_hara_cedea017__held` where `key` = @p1;
-- with ["7"]
select format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', `at`, 'UTC'), `run_id`, `kind`, `status`, `reason`, `message`, `remote_id`, `changes`, `job` from `work`.`operations` where `sync` = @p1 and `key` = @p2 order by `at`, `run_id`;
-- with ["people/o'hara","7"]
select format_timestamp('%E4Y-%m-%dT%H:%M:%E6SZ', `at`, 'UTC'), `run_id`, `kind`, `status`, `reason`, `message`, `remote_id`, `changes`, cast(null as STRING) from `work`.`operations` where `sync` = @p1 and `key` = @p2 order by `at`, `run_id`;
-- with ["people/o'hara","7"]

-- baselineAfter
select `remote_id`, cast(`key` as STRING), `crm_values`, `withheld` from `work`.`people__o_hara_cedea017__baseline` where `remote_id` > @p1 and `presence` = 'present' order by `remote_id` limit 100;
-- with ["0"]
select `remote_id`, cast(`key` as STRING), `crm_values`, `withheld`, case when `m_name` is null then '0' else '1' end from `work`.`people__o_hara_cedea017__baseline` where `remote_id` > @p1 and `presence` = 'present' order by `remote_id` limit 100;
-- with ["0"]

-- acceptValues
update `work`.`people__o_hara_cedea017__baseline` set `crm_values` = case `remote_id` when @p1 then @p2 when @p3 then @p4 else `crm_values` end where `remote_id` in (@p5, @p6);
-- with ["1","{\"name\":\"o'hara\"}","2","{}","1","2"]
