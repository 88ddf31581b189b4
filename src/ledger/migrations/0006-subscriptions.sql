-- Webhooks that CRMs are made to send, and who sees to them.

-- One row is changed as a whole, by whoever keeps it or finds that nobody does. `found` is JSON: what the CRM
-- showed of the webhooks at the last look.
create table {prefix}subscriptions (
  connection text not null primary key,
  keeper text,
  kept_until {bigint},
  received_at {bigint} not null,
  looked_at {bigint},
  found text not null,
  constraint kept_until_a_time check ((keeper is null) = (kept_until is null))
){table_options};
