/** What a sync of either direction says about its name. */
import { z } from 'zod'

/** Shared by pushes and pulls: what a sync was called before is the same question for both. */
export const renamedFrom = z
  .string()
  .min(1)
  .optional()
  .describe(
    "The sync's former name, from which it takes over all that is kept: baseline, history, positions and runs. It may go once every environment ran the sync.",
  )
