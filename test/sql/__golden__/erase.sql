-- duckdb
select cast("key" as VARCHAR), "match_value" from "work"."people__o_hara_cedea017__baseline" where "match_value" in ($1, $2);
-- ["a@x.com","A@x.com"]
select cast("key" as VARCHAR), "match_value" from "work"."people__o_hara_cedea017__baseline" where cast("key" as VARCHAR) in ($1);
-- ["1"]
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
delete from "work"."people__o_hara_cedea017__held" where replace(lower("message"), $1, '') <> lower("message");
-- ["a@x.com"]
update "work"."operations" set "message" = '(erased)' where "sync" = $1 and replace(lower("message"), $2, '') <> lower("message");
-- ["people/o'hara","a@x.com"]

-- postgres
select cast("key" as text), "match_value" from "work"."people__o_hara_cedea017__baseline" where "match_value" in ($1, $2);
-- ["a@x.com","A@x.com"]
select cast("key" as text), "match_value" from "work"."people__o_hara_cedea017__baseline" where cast("key" as text) in ($1);
-- ["1"]
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
delete from "work"."people__o_hara_cedea017__held" where replace(lower("message"), $1, '') <> lower("message");
-- ["a@x.com"]
update "work"."operations" set "message" = '(erased)' where "sync" = $1 and replace(lower("message"), $2, '') <> lower("message");
-- ["people/o'hara","a@x.com"]

-- bigquery
select cast(`key` as STRING), `match_value` from `work`.`people__o_hara_cedea017__baseline` where `match_value` in (@p1, @p2);
-- ["a@x.com","A@x.com"]
select cast(`key` as STRING), `match_value` from `work`.`people__o_hara_cedea017__baseline` where cast(`key` as STRING) in (@p1);
-- ["1"]
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
delete from `work`.`people__o_hara_cedea017__held` where replace(lower(`message`), @p1, '') <> lower(`message`);
-- ["a@x.com"]
update `work`.`operations` set `message` = '(erased)' where `sync` = @p1 and replace(lower(`message`), @p2, '') <> lower(`message`);
-- ["people/o'hara","a@x.com"]

-- snowflake
select cast("key" as VARCHAR), "match_value" from "work"."people__o_hara_cedea017__baseline" where "match_value" in (:1, :2);
-- ["a@x.com","A@x.com"]
select cast("key" as VARCHAR), "match_value" from "work"."people__o_hara_cedea017__baseline" where cast("key" as VARCHAR) in (:1);
-- ["1"]
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
delete from "work"."people__o_hara_cedea017__held" where replace(lower("message"), :1, '') <> lower("message");
-- ["a@x.com"]
update "work"."operations" set "message" = '(erased)' where "sync" = :1 and replace(lower("message"), :2, '') <> lower("message");
-- ["people/o'hara","a@x.com"]
