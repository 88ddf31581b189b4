-- Rate budgets that processes share.

-- One row is changed as a whole, and only by whoever has seen its last version. `holdings` is JSON: the
-- owners with what each holds, and when which slots that nobody owns may be used.
create table {prefix}budgets (
  name text not null primary key,
  version {bigint} not null check (version >= 1),
  declared_max {bigint} not null check (declared_max >= 1),
  max {bigint} not null check (max >= 1),
  window_ms {bigint} not null check (window_ms >= 1),
  holdings text not null
){table_options};
