/** What kept tables from being compared, each thing once: what is told of many tables in the same words nobody reads. */
import { compareErrors } from '../../engine/compare/errors.ts'
import { SynclineError } from '../../model/error.ts'
import type { ComparedPair } from './compare-tables.ts'

export function troublesOf(pairs: readonly ComparedPair[]): readonly unknown[] {
  const failed = pairs.flatMap(({ left, right, found }) =>
    'error' in found ? [{ names: `${left} and ${right}`, error: found.error }] : [],
  )
  const keyless = failed.filter(({ error }) => isKeyless(error))
  if (keyless.length < 2) return failed.map(({ error }) => error)
  const names = keyless.map((one) => one.names).join('; ')
  const message = `${keyless.length} pairs of tables have no column id in common: ${names}.`
  const others = failed.filter(({ error }) => !isKeyless(error)).map(({ error }) => error)
  return [...others, compareErrors.no_key({ message })]
}

function isKeyless(error: unknown): boolean {
  return error instanceof SynclineError && error.code === 'compare.no_key'
}
