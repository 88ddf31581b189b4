/** How much a run may change before a person must decide (promise 6). */
import { z } from 'zod'

function amount(percentage: RegExp, message: string) {
  return z.union([z.string().regex(percentage, message), z.int(message).min(0)])
}

const guardAmount = amount(
  /^\d{1,6}(\.\d{1,6})?%$/,
  'A guard is a percentage such as 50%, or a number of rows.',
)

/** No more can go than is known, whereas updates and emptied fields may outnumber the records of the baseline. */
export const deletesAmount = amount(
  /^(\d{1,2}(\.\d{1,6})?|100(\.0{1,6})?)%$/,
  'A guard of deletes is a percentage of at most 100%, or a number of rows.',
)

export const guardsOptions = z.object({
  max_changes: guardAmount
    .default('50%')
    .describe(
      'Most records that a run may update, in percent of the baseline or in rows. A first run, which `--first` lets go, is not held to it.',
    ),
  max_clears: guardAmount
    .default('10%')
    .describe(
      'Most fields that held a value and that a run may empty, in percent of the baseline’s records, on a first run of the records that it finds; or a number of fields. With `read_before: false` nobody knows what records that it finds hold.',
    ),
  max_deletes: deletesAmount
    .default('1%')
    .describe('Most records that a run may archive or delete.'),
  fail_on_rejected: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'A run that newly rejects more rows than this ends with exit code 1. Rows that an earlier run rejected and that are held back since, unchanged, don’t count.',
    ),
  allow_empty_model: z
    .boolean()
    .default(false)
    .describe('Whether a model without rows is taken at its word; otherwise the run stops.'),
})

export type GuardsOptions = z.infer<typeof guardsOptions>

/** As written in an environment or under `defaults`: only what differs, without defaults. */
export const guardsOverrides = z.object({
  max_changes: guardAmount.optional().describe(guardsOptions.shape.max_changes.description ?? ''),
  max_clears: guardAmount.optional().describe(guardsOptions.shape.max_clears.description ?? ''),
  max_deletes: deletesAmount.optional().describe(guardsOptions.shape.max_deletes.description ?? ''),
  fail_on_rejected: z
    .int()
    .min(0)
    .optional()
    .describe(guardsOptions.shape.fail_on_rejected.description ?? ''),
  allow_empty_model: z
    .boolean()
    .optional()
    .describe(guardsOptions.shape.allow_empty_model.description ?? ''),
})
