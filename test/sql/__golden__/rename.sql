-- duckdb
update "work"."syncs" set "key_name" = 'people/o''hara' where "sync" = 'people/o''hara' and "key_name" is null;
-- []
select "sync" from "work"."syncs" where "key_name" = 'people/o''hara';
-- []
delete from "work"."mappings" where "sync" = 'customers';
-- []
create or replace table "work"."customers__baseline" as select * from "work"."people__o_hara_cedea017__baseline";
-- []
drop table if exists "work"."people__o_hara_cedea017__baseline";
-- []
create or replace table "work"."customers__held" as select * from "work"."people__o_hara_cedea017__held";
-- []
drop table if exists "work"."people__o_hara_cedea017__held";
-- []
update "work"."syncs" set "fence" = 7 where "sync" = 'people/o''hara' and "fence" <= 7;
-- []
update "work"."syncs" set "erased_at" = (select max(t."erased_at") from "work"."syncs" as t where t."sync" in ('people/o''hara', 'customers')) where "sync" in ('people/o''hara', 'customers');
-- []
delete from "work"."syncs" where "sync" = 'customers';
-- []
select 1;
-- []
update "work"."syncs" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []
update "work"."reads" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []
update "work"."syncs" set "fence" = 7 where "sync" = 'people/o''hara' and "fence" <= 7;
-- []
update "work"."syncs" set "erased_at" = (select max(t."erased_at") from "work"."syncs" as t where t."sync" in ('people/o''hara', 'customers')) where "sync" in ('people/o''hara', 'customers');
-- []
delete from "work"."syncs" where "sync" = 'people/o''hara';
-- []
select 1;
-- []
update "work"."syncs" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []
update "work"."reads" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []

-- postgres
update "work"."syncs" set "key_name" = 'people/o''hara' where "sync" = 'people/o''hara' and "key_name" is null;
-- []
select "sync" from "work"."syncs" where "key_name" = 'people/o''hara';
-- []
delete from "work"."mappings" where "sync" = 'customers';
-- []
drop table if exists "work"."customers__baseline";
-- []
create table "work"."customers__baseline" as select * from "work"."people__o_hara_cedea017__baseline";
-- []
drop table if exists "work"."people__o_hara_cedea017__baseline";
-- []
drop table if exists "work"."customers__held";
-- []
create table "work"."customers__held" as select * from "work"."people__o_hara_cedea017__held";
-- []
drop table if exists "work"."people__o_hara_cedea017__held";
-- []
update "work"."syncs" set "fence" = 7 where "sync" = 'people/o''hara' and "fence" <= 7;
-- []
update "work"."syncs" set "erased_at" = (select max(t."erased_at") from "work"."syncs" as t where t."sync" in ('people/o''hara', 'customers')) where "sync" in ('people/o''hara', 'customers');
-- []
delete from "work"."syncs" where "sync" = 'customers';
-- []
select 1;
-- []
update "work"."syncs" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []
update "work"."reads" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []
update "work"."syncs" set "fence" = 7 where "sync" = 'people/o''hara' and "fence" <= 7;
-- []
update "work"."syncs" set "erased_at" = (select max(t."erased_at") from "work"."syncs" as t where t."sync" in ('people/o''hara', 'customers')) where "sync" in ('people/o''hara', 'customers');
-- []
delete from "work"."syncs" where "sync" = 'people/o''hara';
-- []
select 1;
-- []
update "work"."syncs" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []
update "work"."reads" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []

-- bigquery
update `work`.`syncs` set `key_name` = 'people/o\'hara' where `sync` = 'people/o\'hara' and `key_name` is null;
-- []
select `sync` from `work`.`syncs` where `key_name` = 'people/o\'hara';
-- []
delete from `work`.`mappings` where `sync` = 'customers';
-- []
create or replace table `work`.`customers__baseline` as select * from `work`.`people__o_hara_cedea017__baseline`;
-- []
drop table if exists `work`.`people__o_hara_cedea017__baseline`;
-- []
create or replace table `work`.`customers__held` as select * from `work`.`people__o_hara_cedea017__held`;
-- []
drop table if exists `work`.`people__o_hara_cedea017__held`;
-- []
update `work`.`syncs` set `fence` = 7 where `sync` = 'people/o\'hara' and `fence` <= 7;
-- []
update `work`.`syncs` set `erased_at` = (select max(t.`erased_at`) from `work`.`syncs` as t where t.`sync` in ('people/o\'hara', 'customers')) where `sync` in ('people/o\'hara', 'customers');
-- []
delete from `work`.`syncs` where `sync` = 'customers';
-- []
select 1;
-- []
update `work`.`syncs` set `sync` = 'customers' where `sync` = 'people/o\'hara';
-- []
update `work`.`reads` set `sync` = 'customers' where `sync` = 'people/o\'hara';
-- []
update `work`.`syncs` set `fence` = 7 where `sync` = 'people/o\'hara' and `fence` <= 7;
-- []
update `work`.`syncs` set `erased_at` = (select max(t.`erased_at`) from `work`.`syncs` as t where t.`sync` in ('people/o\'hara', 'customers')) where `sync` in ('people/o\'hara', 'customers');
-- []
delete from `work`.`syncs` where `sync` = 'people/o\'hara';
-- []
select 1;
-- []
update `work`.`syncs` set `sync` = 'customers' where `sync` = 'people/o\'hara';
-- []
update `work`.`reads` set `sync` = 'customers' where `sync` = 'people/o\'hara';
-- []

-- snowflake
update "work"."syncs" set "key_name" = 'people/o''hara' where "sync" = 'people/o''hara' and "key_name" is null;
-- []
select "sync" from "work"."syncs" where "key_name" = 'people/o''hara';
-- []
delete from "work"."mappings" where "sync" = 'customers';
-- []
create or replace table "work"."customers__baseline" as select * from "work"."people__o_hara_cedea017__baseline";
-- []
drop table if exists "work"."people__o_hara_cedea017__baseline";
-- []
create or replace table "work"."customers__held" as select * from "work"."people__o_hara_cedea017__held";
-- []
drop table if exists "work"."people__o_hara_cedea017__held";
-- []
update "work"."syncs" set "fence" = 7 where "sync" = 'people/o''hara' and "fence" <= 7;
-- []
update "work"."syncs" set "erased_at" = (select max(t."erased_at") from "work"."syncs" as t where t."sync" in ('people/o''hara', 'customers')) where "sync" in ('people/o''hara', 'customers');
-- []
delete from "work"."syncs" where "sync" = 'customers';
-- []
select 1;
-- []
update "work"."syncs" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []
update "work"."reads" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []
update "work"."syncs" set "fence" = 7 where "sync" = 'people/o''hara' and "fence" <= 7;
-- []
update "work"."syncs" set "erased_at" = (select max(t."erased_at") from "work"."syncs" as t where t."sync" in ('people/o''hara', 'customers')) where "sync" in ('people/o''hara', 'customers');
-- []
delete from "work"."syncs" where "sync" = 'people/o''hara';
-- []
select 1;
-- []
update "work"."syncs" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []
update "work"."reads" set "sync" = 'customers' where "sync" = 'people/o''hara';
-- []
