-- What became of the schedules of syncs: when each was last begun, by which run, and whether that came to its end.

create table {prefix}schedules (
  sync text not null references {prefix}syncs (name) on update cascade,
  kind text not null check (kind in ('run', 'reconcile')),
  since {bigint} not null,
  started_at {bigint},
  ended_at {bigint},
  run_id text,
  primary key (sync, kind),
  constraint ended_after_a_start check (started_at is not null or (ended_at is null and run_id is null))
){table_options};
