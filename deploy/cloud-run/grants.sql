-- The role that the service signs in as: it owns three schemas, and may write nothing else. Run once by an administrator in the
-- database that STATE_URL and WAREHOUSE_URL name: psql -v password=… -f grants.sql
create role syncline_service login password :'password';
revoke create on schema public from public;
create schema if not exists syncline_state_production authorization syncline_service;
create schema if not exists syncline_production authorization syncline_service;
create schema if not exists crm_sync authorization syncline_service;
-- Who asks questions reads the pulled tables and nothing of the state:
-- grant usage on schema crm_sync to analysts;
-- alter default privileges for role syncline_service in schema crm_sync grant select on tables to analysts;
