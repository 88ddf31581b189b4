-- The journal as of its first format.

-- One row that every appender changes first and holds until its commit, so that positions become visible
-- in their order and without a gap. `bytes` are those of all bodies that are there.
create table {prefix}journal_head (
  id integer not null primary key check (id = 1),
  last_position {bigint} not null check (last_position >= 0),
  bytes {bigint} not null check (bytes >= 0)
){table_options};

insert into {prefix}journal_head (id, last_position, bytes) values (1, 0, 0);

-- `headers` is a JSON object of texts.
create table {prefix}journal_entries (
  position {bigint} not null primary key check (position >= 1),
  connection text not null,
  received_at {bigint} not null,
  headers text not null,
  source text,
  body {bytes} not null
){table_options};
