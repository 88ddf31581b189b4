-- The role that the service signs in as: it owns three schemas, and may write nothing else. Run once by an administrator in the
-- database that STATE_URL and WAREHOUSE_URL name: psql -v ON_ERROR_STOP=1 -v password=… -f grants.sql
create role syncline_service login password :'password';
-- Only a superuser, which on Cloud SQL nobody is, gives schemas to a role that it does not belong to.
grant syncline_service to current_user;
revoke create on schema public from public;
create schema if not exists syncline_state_production authorization syncline_service;
create schema if not exists syncline_production authorization syncline_service;
create schema if not exists crm_sync authorization syncline_service;
-- Who asks questions reads the pulled tables and nothing of the state:
-- grant usage on schema crm_sync to analysts;
-- alter default privileges for role syncline_service in schema crm_sync grant select on tables to analysts;
revoke syncline_service from current_user;
