/** Options that are designed but not built, so that they are refused by what they are. */
import type { LaterOptions } from '../unknown-keys.ts'

const ownScheduler = 'Let a scheduler of your own, such as cron, call `syncline run`.'

export const laterPushOptions: LaterOptions = { schedule: ownScheduler }

export const laterPullOptions: LaterOptions = {
  schedule: ownScheduler,
}

export const laterProjectOptions: LaterOptions = {
  alerts: "Watch the exit code of `syncline run`, or the working schema's `runs` table.",
}
