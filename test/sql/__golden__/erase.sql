-- duckdb
select cast("key" as VARCHAR), coalesce("match_value", "released"), "crm_values" from "work"."people__o_hara_cedea017__baseline" where coalesce("match_value", "released") in ($1, $2);
-- ["a@x.com","A@x.com"]
select cast("key" as VARCHAR), coalesce("match_value", "released"), "crm_values" from "work"."people__o_hara_cedea017__baseline" where replace(lower("crm_values"), $1, '') <> lower("crm_values");
-- ["a@x.com"]
select cast("key" as VARCHAR), coalesce("match_value", "released"), "crm_values" from "work"."people__o_hara_cedea017__baseline" where cast("key" as VARCHAR) in ($1);
-- ["1"]
select "key" from "work"."people__o_hara_cedea017__held" where lower(trim("key")) = $1 union all select "key" from "work"."operations" where "sync" = $2 and lower(trim("key")) = $3;
-- ["a@x.com","people/o'hara","a@x.com"]
select "run_id", cast("sequence" as VARCHAR), "key", "changes" from "work"."operations" where "sync" = $1 and replace(lower("changes"), $2, '') <> lower("changes");
-- ["people/o'hara","ann \\\"a\\\" lee"]
delete from "work"."operations" where "sync" = $1 and "run_id" = $2 and "sequence" = 7;
-- ["people/o'hara","0001"]
delete from "work"."people__o_hara_cedea017__baseline" where cast("key" as VARCHAR) in ($1, $2);
-- ["1","2"]
delete from "work"."people__o_hara_cedea017__held" where "key" in ($1, $2);
-- ["1","2"]
delete from "work"."operations" where "sync" = $1 and "key" in ($2, $3);
-- ["people/o'hara","1","2"]
delete from "work"."people__o_hara_cedea017__held" where "key" in ($1);
-- ["3"]
delete from "work"."people__o_hara_cedea017__held" where replace(lower("message"), $1, '') <> lower("message") and not ("reason" = 'in_doubt');
-- ["a@x.com"]
update "work"."people__o_hara_cedea017__held" set "message" = '(erased)' where replace(lower("message"), $1, '') <> lower("message") and "reason" = 'in_doubt';
-- ["a@x.com"]
update "work"."operations" set "message" = '(erased)' where "sync" = $1 and replace(lower("message"), $2, '') <> lower("message");
-- ["people/o'hara","a@x.com"]
select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'work' union all select view_name from duckdb_views() where database_name = current_database() and schema_name = 'work';
-- []
select cast(count(*) as VARCHAR) from "work"."syncs" where "state_id" <> $1;
-- ["state"]
select distinct "run_id" from "work"."operations" where "sync" = $1 and "run_id" in ($2);
-- ["people/o'hara","0001"]

-- postgres
select cast("key" as text), coalesce("match_value", "released"), "crm_values" from "work"."people__o_hara_cedea017__baseline" where coalesce("match_value", "released") in ($1, $2);
-- ["a@x.com","A@x.com"]
select cast("key" as text), coalesce("match_value", "released"), "crm_values" from "work"."people__o_hara_cedea017__baseline" where replace(lower("crm_values"), $1, '') <> lower("crm_values");
-- ["a@x.com"]
select cast("key" as text), coalesce("match_value", "released"), "crm_values" from "work"."people__o_hara_cedea017__baseline" where cast("key" as text) in ($1);
-- ["1"]
select "key" from "work"."people__o_hara_cedea017__held" where lower(trim("key")) = $1 union all select "key" from "work"."operations" where "sync" = $2 and lower(trim("key")) = $3;
-- ["a@x.com","people/o'hara","a@x.com"]
select "run_id", cast("sequence" as text), "key", "changes" from "work"."operations" where "sync" = $1 and replace(lower("changes"), $2, '') <> lower("changes");
-- ["people/o'hara","ann \\\"a\\\" lee"]
delete from "work"."operations" where "sync" = $1 and "run_id" = $2 and "sequence" = 7;
-- ["people/o'hara","0001"]
delete from "work"."people__o_hara_cedea017__baseline" where cast("key" as text) in ($1, $2);
-- ["1","2"]
delete from "work"."people__o_hara_cedea017__held" where "key" in ($1, $2);
-- ["1","2"]
delete from "work"."operations" where "sync" = $1 and "key" in ($2, $3);
-- ["people/o'hara","1","2"]
delete from "work"."people__o_hara_cedea017__held" where "key" in ($1);
-- ["3"]
delete from "work"."people__o_hara_cedea017__held" where replace(lower("message"), $1, '') <> lower("message") and not ("reason" = 'in_doubt');
-- ["a@x.com"]
update "work"."people__o_hara_cedea017__held" set "message" = '(erased)' where replace(lower("message"), $1, '') <> lower("message") and "reason" = 'in_doubt';
-- ["a@x.com"]
update "work"."operations" set "message" = '(erased)' where "sync" = $1 and replace(lower("message"), $2, '') <> lower("message");
-- ["people/o'hara","a@x.com"]
select table_name from information_schema.tables where table_catalog = current_database() and table_schema = 'work';
-- []
select cast(count(*) as text) from "work"."syncs" where "state_id" <> $1;
-- ["state"]
select distinct "run_id" from "work"."operations" where "sync" = $1 and "run_id" in ($2);
-- ["people/o'hara","0001"]

-- bigquery
select cast(`key` as STRING), coalesce(`match_value`, `released`), `crm_values` from `work`.`people__o_hara_cedea017__baseline` where coalesce(`match_value`, `released`) in (@p1, @p2);
-- ["a@x.com","A@x.com"]
select cast(`key` as STRING), coalesce(`match_value`, `released`), `crm_values` from `work`.`people__o_hara_cedea017__baseline` where replace(lower(`crm_values`), @p1, '') <> lower(`crm_values`);
-- ["a@x.com"]
select cast(`key` as STRING), coalesce(`match_value`, `released`), `crm_values` from `work`.`people__o_hara_cedea017__baseline` where cast(`key` as STRING) in (@p1);
-- ["1"]
select `key` from `work`.`people__o_hara_cedea017__held` where lower(trim(`key`)) = @p1 union all select `key` from `work`.`operations` where `sync` = @p2 and lower(trim(`key`)) = @p3;
-- ["a@x.com","people/o'hara","a@x.com"]
select `run_id`, cast(`sequence` as STRING), `key`, `changes` from `work`.`operations` where `sync` = @p1 and replace(lower(`changes`), @p2, '') <> lower(`changes`);
-- ["people/o'hara","ann \\\"a\\\" lee"]
delete from `work`.`operations` where `sync` = @p1 and `run_id` = @p2 and `sequence` = 7;
-- ["people/o'hara","0001"]
delete from `work`.`people__o_hara_cedea017__baseline` where cast(`key` as STRING) in (@p1, @p2);
-- ["1","2"]
delete from `work`.`people__o_hara_cedea017__held` where `key` in (@p1, @p2);
-- ["1","2"]
delete from `work`.`operations` where `sync` = @p1 and `key` in (@p2, @p3);
-- ["people/o'hara","1","2"]
delete from `work`.`people__o_hara_cedea017__held` where `key` in (@p1);
-- ["3"]
delete from `work`.`people__o_hara_cedea017__held` where replace(lower(`message`), @p1, '') <> lower(`message`) and not (`reason` = 'in_doubt');
-- ["a@x.com"]
update `work`.`people__o_hara_cedea017__held` set `message` = '(erased)' where replace(lower(`message`), @p1, '') <> lower(`message`) and `reason` = 'in_doubt';
-- ["a@x.com"]
update `work`.`operations` set `message` = '(erased)' where `sync` = @p1 and replace(lower(`message`), @p2, '') <> lower(`message`);
-- ["people/o'hara","a@x.com"]
select table_name from `work`.INFORMATION_SCHEMA.TABLES;
-- []
select cast(count(*) as STRING) from `work`.`syncs` where `state_id` <> @p1;
-- ["state"]
select distinct `run_id` from `work`.`operations` where `sync` = @p1 and `run_id` in (@p2);
-- ["people/o'hara","0001"]

-- snowflake
select cast("key" as VARCHAR), coalesce("match_value", "released"), "crm_values" from "work"."people__o_hara_cedea017__baseline" where coalesce("match_value", "released") in (:1, :2);
-- ["a@x.com","A@x.com"]
select cast("key" as VARCHAR), coalesce("match_value", "released"), "crm_values" from "work"."people__o_hara_cedea017__baseline" where replace(lower("crm_values"), :1, '') <> lower("crm_values");
-- ["a@x.com"]
select cast("key" as VARCHAR), coalesce("match_value", "released"), "crm_values" from "work"."people__o_hara_cedea017__baseline" where cast("key" as VARCHAR) in (:1);
-- ["1"]
select "key" from "work"."people__o_hara_cedea017__held" where lower(trim("key")) = :1 union all select "key" from "work"."operations" where "sync" = :2 and lower(trim("key")) = :3;
-- ["a@x.com","people/o'hara","a@x.com"]
select "run_id", cast("sequence" as VARCHAR), "key", "changes" from "work"."operations" where "sync" = :1 and replace(lower("changes"), :2, '') <> lower("changes");
-- ["people/o'hara","ann \\\"a\\\" lee"]
delete from "work"."operations" where "sync" = :1 and "run_id" = :2 and "sequence" = 7;
-- ["people/o'hara","0001"]
delete from "work"."people__o_hara_cedea017__baseline" where cast("key" as VARCHAR) in (:1, :2);
-- ["1","2"]
delete from "work"."people__o_hara_cedea017__held" where "key" in (:1, :2);
-- ["1","2"]
delete from "work"."operations" where "sync" = :1 and "key" in (:2, :3);
-- ["people/o'hara","1","2"]
delete from "work"."people__o_hara_cedea017__held" where "key" in (:1);
-- ["3"]
delete from "work"."people__o_hara_cedea017__held" where replace(lower("message"), :1, '') <> lower("message") and not ("reason" = 'in_doubt');
-- ["a@x.com"]
update "work"."people__o_hara_cedea017__held" set "message" = '(erased)' where replace(lower("message"), :1, '') <> lower("message") and "reason" = 'in_doubt';
-- ["a@x.com"]
update "work"."operations" set "message" = '(erased)' where "sync" = :1 and replace(lower("message"), :2, '') <> lower("message");
-- ["people/o'hara","a@x.com"]
select table_name from information_schema.tables where table_catalog = current_database() and table_schema = 'work';
-- []
select cast(count(*) as VARCHAR) from "work"."syncs" where "state_id" <> :1;
-- ["state"]
select distinct "run_id" from "work"."operations" where "sync" = :1 and "run_id" in (:2);
-- ["people/o'hara","0001"]
