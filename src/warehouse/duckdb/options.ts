/** The options of a DuckDB connection. */
import { z } from 'zod'

export const duckdbOptions = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe(
      'The database file, relative to the project folder; `:memory:` for one that is lost at the end.',
    ),
  create: z
    .boolean()
    .default(false)
    .describe(
      'Begin with an empty file if there is none. Off, so that a mistyped path is an error.',
    ),
  memory_limit: z
    .string()
    .regex(/^\d+(\.\d+)?\s*([KMGT]i?B)$/i, 'expected a size such as 256MB or 2GiB')
    .default('256MB')
    .describe(
      'How much memory DuckDB may use; beyond it, work goes to temporary files beside the database. A pull takes some of it for each field of an object: one with 300 fields needs 1GB.',
    ),
  threads: z
    .int()
    .min(1)
    .optional()
    .describe('How many threads DuckDB may use; by default one per core.'),
  wait_for_lock: z
    .number()
    .min(0)
    .default(10)
    .describe('Seconds to wait while another process holds the file.'),
  install_extensions: z
    .boolean()
    .default(false)
    .describe('Let DuckDB download the extensions that a model needs.'),
})

const units: Readonly<Record<string, number>> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
}

/** Of a size as `memory_limit` is written. */
export function bytesOf(size: string): number {
  const [, amount = '', unit = ''] = /^([\d.]+)\s*(\w+)$/.exec(size) ?? []
  return Number(amount) * (units[unit.toUpperCase()] ?? 1)
}

export type DuckDbOptions = z.output<typeof duckdbOptions>
