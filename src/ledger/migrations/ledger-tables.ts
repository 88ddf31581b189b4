/** The newest format's tables but the format's own, each after those that it refers to. */
export const ledgerTables = [
  'ledger_state',
  'syncs',
  'leases',
  'runs',
  'run_transitions',
  'batches',
  'budgets',
  'subscriptions',
  'schedules',
  'subscription_holes',
] as const
