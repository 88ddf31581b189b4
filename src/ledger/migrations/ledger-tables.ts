/** The newest format's tables, each after those that it refers to. */
export const ledgerTables = [
  'ledger_format',
  'ledger_state',
  'syncs',
  'leases',
  'runs',
  'run_transitions',
  'batches',
  'budgets',
] as const
