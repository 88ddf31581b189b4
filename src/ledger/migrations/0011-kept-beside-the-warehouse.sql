-- What a lost warehouse must not take along: by which name records in the CRM are known, and that some were erased.

-- Of a push: what the keys begin with that it gave to records; null for the name that it has.
alter table {prefix}syncs add column key_name text;

-- Of a pull: when it last erased records, whose digests are in the warehouse alone; null for never.
alter table {prefix}syncs add column erased_at {bigint};
