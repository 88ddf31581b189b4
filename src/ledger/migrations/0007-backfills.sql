-- Runs that read again what a pull has read, or take over what another tool had: one kind.

-- The three tables are made anew, as in 0004.
create table {prefix}runs_next (
  id text not null primary key,
  sync text not null references {prefix}syncs (name) on update cascade,
  kind text not null check (kind in ('plan', 'run', 'apply', 'adopt', 'retry', 'reconcile', 'replay', 'backfill')),
  state text not null check (state in ('planning', 'planned', 'stopped', 'delivering', 'resolving', 'confirming', 'pulling', 'succeeded', 'failed', 'cancelled', 'dropped')),
  started_at {bigint} not null,
  ended_at {bigint},
  cancel_requested integer not null default 0 check (cancel_requested in (0, 1)),
  report text,
  error text,
  last_batch {bigint} not null default 0 check (last_batch >= 0),
  conclusions {bigint} not null default 0 check (conclusions >= 0),
  constraint ended_has_a_time check ((ended_at is not null) = (state in ('succeeded', 'failed', 'cancelled', 'dropped')))
){table_options};

insert into {prefix}runs_next (id, sync, kind, state, started_at, ended_at, cancel_requested, report, error, last_batch, conclusions)
  select id, sync, kind, state, started_at, ended_at, cancel_requested, report, error, last_batch, conclusions from {prefix}runs;

create table {prefix}run_transitions_next (
  run_id text not null references {prefix}runs_next (id),
  sequence {bigint} not null check (sequence >= 1),
  from_state text not null,
  event text not null,
  to_state text not null,
  at {bigint} not null,
  primary key (run_id, sequence),
  constraint in_the_table check (from_state || ' ' || event || ' ' || to_state in (
    'planning plan_stored planned',
    'planning failure failed',
    'planning cancellation cancelled',
    'planning superseded dropped',
    'planned guard_refused stopped',
    'planned delivery_started delivering',
    'planned confirmed succeeded',
    'planned failure failed',
    'planned cancellation cancelled',
    'planned superseded dropped',
    'stopped delivery_started delivering',
    'stopped cancellation cancelled',
    'stopped superseded dropped',
    'delivering delivery_ended confirming',
    'delivering recovered resolving',
    'resolving delivery_ended confirming',
    'resolving recovered resolving',
    'confirming confirmed succeeded',
    'confirming failure failed',
    'confirming cancellation cancelled',
    'confirming recovered confirming',
    'pulling confirmed succeeded',
    'pulling failure failed',
    'pulling cancellation cancelled',
    'pulling superseded dropped'
  ))
){table_options};

insert into {prefix}run_transitions_next (run_id, sequence, from_state, event, to_state, at)
  select run_id, sequence, from_state, event, to_state, at from {prefix}run_transitions;

create table {prefix}batches_next (
  run_id text not null references {prefix}runs_next (id),
  number {bigint} not null check (number >= 1),
  attempt {bigint} not null check (attempt >= 1),
  state text not null check (state in ('sending', 'concluded')),
  payload text not null,
  outcomes text,
  conclusion {bigint},
  sent_at {bigint} not null,
  concluded_at {bigint},
  job text,
  job_started_at {bigint} check (job_started_at is null or job is not null),
  primary key (run_id, number),
  unique (run_id, conclusion),
  constraint concluded_has_outcomes check (
    (state = 'concluded') = (conclusion is not null)
    and (state = 'concluded') = (outcomes is not null)
    and (state = 'concluded') = (concluded_at is not null)
  )
){table_options};

insert into {prefix}batches_next (run_id, number, attempt, state, payload, outcomes, conclusion, sent_at, concluded_at, job, job_started_at)
  select run_id, number, attempt, state, payload, outcomes, conclusion, sent_at, concluded_at, job, job_started_at from {prefix}batches;

drop table {prefix}batches;

drop table {prefix}run_transitions;

drop table {prefix}runs;

alter table {prefix}runs_next rename to runs;

alter table {prefix}run_transitions_next rename to run_transitions;

alter table {prefix}batches_next rename to batches;

create index runs_by_sync on {prefix}runs (sync, started_at);

create index runs_by_time on {prefix}runs (started_at);

-- Promise 7: of a sync's runs, one at most can have requests in flight or outcomes to confirm.
create unique index runs_active on {prefix}runs (sync) where state in ('delivering', 'resolving', 'confirming');
