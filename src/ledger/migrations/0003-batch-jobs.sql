-- Batches that the CRM works off as jobs of its own.

-- The job that a batch became last, and when the CRM was about to be told to begin with it.
alter table {prefix}batches add column job text;

alter table {prefix}batches add column job_started_at {bigint} check (job_started_at is null or job is not null);
