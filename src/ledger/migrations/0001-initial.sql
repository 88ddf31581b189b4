-- The ledger as of its first format.

create table {prefix}ledger_state (
  id integer not null primary key check (id = 1),
  state_id text not null
){table_options};

insert into {prefix}ledger_state (id, state_id) values (1, {random_id});

create table {prefix}syncs (
  name text not null primary key,
  account_id text,
  generation {bigint} not null default 0 check (generation >= 0),
  merging_generation {bigint},
  paused integer not null default 0 check (paused in (0, 1)),
  constraint merges_come_one_by_one check (merging_generation is null or merging_generation = generation + 1)
){table_options};

-- One row per sync for ever: the fence must outlive its holders.
create table {prefix}leases (
  sync text not null primary key references {prefix}syncs (name) on update cascade,
  fence {bigint} not null default 0 check (fence >= 0),
  owner text,
  expires_at {bigint},
  constraint held_until_a_time check ((owner is null) = (expires_at is null))
){table_options};

create table {prefix}runs (
  id text not null primary key,
  sync text not null references {prefix}syncs (name) on update cascade,
  kind text not null check (kind in ('plan', 'run', 'apply', 'adopt', 'retry')),
  state text not null check (state in ('planning', 'planned', 'stopped', 'delivering', 'resolving', 'confirming', 'succeeded', 'failed', 'cancelled', 'dropped')),
  started_at {bigint} not null,
  ended_at {bigint},
  cancel_requested integer not null default 0 check (cancel_requested in (0, 1)),
  report text,
  error text,
  last_batch {bigint} not null default 0 check (last_batch >= 0),
  conclusions {bigint} not null default 0 check (conclusions >= 0),
  constraint ended_has_a_time check ((ended_at is not null) = (state in ('succeeded', 'failed', 'cancelled', 'dropped')))
){table_options};

create index runs_by_sync on {prefix}runs (sync, started_at);

create index runs_by_time on {prefix}runs (started_at);

-- Promise 7: of a sync's runs, one at most can have requests in flight or outcomes to confirm.
create unique index runs_active on {prefix}runs (sync) where state in ('delivering', 'resolving', 'confirming');

create table {prefix}run_transitions (
  run_id text not null references {prefix}runs (id),
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
    'confirming recovered confirming'
  ))
){table_options};

create table {prefix}batches (
  run_id text not null references {prefix}runs (id),
  number {bigint} not null check (number >= 1),
  attempt {bigint} not null check (attempt >= 1),
  state text not null check (state in ('sending', 'concluded')),
  payload text not null,
  outcomes text,
  conclusion {bigint},
  sent_at {bigint} not null,
  concluded_at {bigint},
  primary key (run_id, number),
  unique (run_id, conclusion),
  constraint concluded_has_outcomes check (
    (state = 'concluded') = (conclusion is not null)
    and (state = 'concluded') = (outcomes is not null)
    and (state = 'concluded') = (concluded_at is not null)
  )
){table_options};
