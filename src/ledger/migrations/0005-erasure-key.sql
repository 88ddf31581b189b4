-- The key of the digests by which erased records are known: never in the warehouse, where the digests are.

alter table {prefix}ledger_state add column erasure_key text;

update {prefix}ledger_state set erasure_key = {random_id};
