/**
 * A run is one execution of a sync, and a state machine. The table below is the whole of it: the
 * ledger's CHECK constraint, the crash tests and the documentation are derived from it.
 *
 * - `planning`: reads the model, diffs, looks at the CRM. After a crash: `dropped`, planned anew.
 * - `planned`: the plan is final and stored. `plan` ends here; `apply` goes on from here.
 * - `stopped`: a guard refused the plan; nothing was sent. A person may still apply it.
 * - `delivering`: batches are sent. After a crash: `recovered`, and what was in flight is resolved.
 * - `resolving`: asks the CRM what became of batches whose fate is unknown; sends nothing new.
 * - `confirming`: everything sent is concluded; the ledger's outcomes are merged into the baseline.
 * - `pulling`: reads the CRM, compares, and loads what differs, each load in a transaction of the warehouse's. After
 *   a crash: `dropped`, as nothing is half-written, and the next run reads anew.
 * - `succeeded`, `failed`, `cancelled`, `dropped`: ended.
 */
export const runStates = [
  'planning',
  'planned',
  'stopped',
  'delivering',
  'resolving',
  'confirming',
  'pulling',
  'succeeded',
  'failed',
  'cancelled',
  'dropped',
] as const
export type RunState = (typeof runStates)[number]

/**
 * - `plan_stored`: the plan's last row is in the working schema.
 * - `guard_refused`: the plan changes, clears or deletes more than allowed (promise 6).
 * - `delivery_started`: the first request may follow.
 * - `delivery_ended`: no operation is left to send, and none is in flight.
 * - `recovered`: a successor took over a run whose worker died.
 * - `confirmed`: the baseline holds every outcome, or the history every change that was read.
 * - `failure`: an error ended it before anything was sent, or after everything sent was confirmed.
 * - `cancellation`: a person ended it; nothing is in flight.
 * - `superseded`: a newer plan made this one worthless, or its worker died before it was final.
 */
export const runEvents = [
  'plan_stored',
  'guard_refused',
  'delivery_started',
  'delivery_ended',
  'recovered',
  'confirmed',
  'failure',
  'cancellation',
  'superseded',
] as const
export type RunEvent = (typeof runEvents)[number]

const never = {
  plan_stored: null,
  guard_refused: null,
  delivery_started: null,
  delivery_ended: null,
  recovered: null,
  confirmed: null,
  failure: null,
  cancellation: null,
  superseded: null,
} as const satisfies Record<RunEvent, null>

export const runTransitions: Readonly<
  Record<RunState, Readonly<Record<RunEvent, RunState | null>>>
> = {
  planning: {
    ...never,
    plan_stored: 'planned',
    failure: 'failed',
    cancellation: 'cancelled',
    superseded: 'dropped',
  },
  planned: {
    ...never,
    guard_refused: 'stopped',
    delivery_started: 'delivering',
    confirmed: 'succeeded',
    failure: 'failed',
    cancellation: 'cancelled',
    superseded: 'dropped',
  },
  stopped: {
    ...never,
    delivery_started: 'delivering',
    cancellation: 'cancelled',
    superseded: 'dropped',
  },
  delivering: { ...never, delivery_ended: 'confirming', recovered: 'resolving' },
  resolving: { ...never, delivery_ended: 'confirming', recovered: 'resolving' },
  confirming: {
    ...never,
    confirmed: 'succeeded',
    failure: 'failed',
    cancellation: 'cancelled',
    recovered: 'confirming',
  },
  pulling: {
    ...never,
    confirmed: 'succeeded',
    failure: 'failed',
    cancellation: 'cancelled',
    superseded: 'dropped',
  },
  succeeded: never,
  failed: never,
  cancelled: never,
  dropped: never,
}

/** The state after `event`, or null where the table has no such transition. */
export function nextRunState(state: RunState, event: RunEvent): RunState | null {
  return runTransitions[state][event]
}

export const endedRunStates = [
  'succeeded',
  'failed',
  'cancelled',
  'dropped',
] as const satisfies readonly RunState[]

export const openRunStates: readonly RunState[] = runStates.filter(
  (state) => !endedRunStates.some((ended: RunState) => ended === state),
)

/** Where a run begins: that of a push, and that of a pull. */
export const firstRunStates = ['planning', 'pulling'] as const satisfies readonly RunState[]
export type FirstRunState = (typeof firstRunStates)[number]

export const pushRunKinds = ['plan', 'run', 'apply', 'adopt', 'retry'] as const
export type PushRunKind = (typeof pushRunKinds)[number]

/** What a run was started for. */
export const runKinds = [...pushRunKinds, 'reconcile', 'replay', 'backfill'] as const
export type RunKind = (typeof runKinds)[number]

export const pullRunKinds = [
  'run',
  'reconcile',
  'replay',
  'backfill',
] as const satisfies readonly RunKind[]
export type PullRunKind = (typeof pullRunKinds)[number]
