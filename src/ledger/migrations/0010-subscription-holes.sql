-- What is owed to objects of pulls since their webhooks may have lost something.

-- Written with the turn of who sees to the connection's webhooks.
create table {prefix}subscription_holes (
  connection text not null references {prefix}subscriptions (connection),
  sync text not null references {prefix}syncs (name) on update cascade,
  object text not null,
  is_loss integer not null check (is_loss in (0, 1)),
  is_open integer not null check (is_open in (0, 1)),
  silent_until {bigint} not null,
  changes_read integer not null check (changes_read in (0, 1)),
  deletes_read integer not null check (deletes_read in (0, 1)),
  primary key (connection, sync, object)
){table_options};
