/**
 * All commands, in the order of the help. Each is loaded when it is asked for: most of them need a small
 * part of the program, and `status` is to answer at once.
 */
import type { Command } from '../command.ts'

const loaders = {
  demo: async () => (await import('./demo.ts')).demo,
  init: async () => (await import('./init.ts')).init,
  validate: async () => (await import('./validate.ts')).validate,
  check: async () => (await import('./check.ts')).check,
  discover: async () => (await import('./discover.ts')).discover,
  plan: async () => (await import('./plan.ts')).plan,
  apply: async () => (await import('./apply.ts')).apply,
  adopt: async () => (await import('./adopt.ts')).adopt,
  run: async () => (await import('./run.ts')).run,
  reconcile: async () => (await import('./reconcile.ts')).reconcile,
  backfill: async () => (await import('./backfill.ts')).backfill,
  columns: async () => (await import('./columns.ts')).columns,
  replay: async () => (await import('./replay.ts')).replay,
  retry: async () => (await import('./retry.ts')).retry,
  verify: async () => (await import('./verify.ts')).verify,
  compare: async () => (await import('./compare.ts')).compare,
  dbt: async () => (await import('./dbt.ts')).dbt,
  status: async () => (await import('./status.ts')).status,
  runs: async () => (await import('./runs.ts')).runs,
  explain: async () => (await import('./explain.ts')).explain,
  pause: async () => (await import('./pause.ts')).pause,
  resume: async () => (await import('./pause.ts')).resume,
  cancel: async () => (await import('./cancel.ts')).cancel,
  erase: async () => (await import('./erase.ts')).erase,
  limits: async () => (await import('./limits.ts')).limits,
  state: async () => (await import('./state.ts')).state,
  serve: async () => (await import('./serve.ts')).serve,
  simulate: async () => (await import('./simulate.ts')).simulate,
} as const satisfies Readonly<Record<string, () => Promise<Command>>>

type CommandName = keyof typeof loaders

export const commandNames = Object.keys(loaders) as readonly CommandName[]

export function loadCommand(name: CommandName): Promise<Command> {
  return loaders[name]()
}

export function loadCommands(): Promise<readonly Command[]> {
  return Promise.all(commandNames.map(loadCommand))
}
