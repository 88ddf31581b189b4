import { RequestFailure } from './connector.ts'

/** An upsert is asked for whose input has no value in the field that was to find its record. */
export function withoutKey(field: string): RequestFailure {
  const message = `an upsert by ${field} needs a value of ${field} in every input`
  return new RequestFailure({ kind: 'poisoned', reason: 'upsert.no_key', message })
}
