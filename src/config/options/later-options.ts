/** Options that are designed but not built, so that they are refused by what they are. */
import type { LaterOptions } from '../unknown-keys.ts'

export const laterProjectOptions: LaterOptions = {
  alerts: "Watch the exit code of `syncline run`, or the working schema's `runs` table.",
}
