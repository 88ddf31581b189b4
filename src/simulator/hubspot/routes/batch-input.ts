/** What all batch endpoints share: reading the inputs, their trace ids, and the envelope of the answer. */
import { badRequest } from '../wire/api-error.ts'
import type { Call } from '../request/call.ts'
import { objectsField, parseBody, textField } from '../wire/json.ts'
import type { JsonObject } from '../../json.ts'
import type { Problem } from '../writes/problem.ts'
import { shuffled } from '../../random.ts'
import type { WireBatchError } from '../wire/wire.ts'

export function readInputs(call: Call, most: number): readonly JsonObject[] {
  const inputs = objectsField(parseBody(call.body), 'inputs')
  if (inputs === null)
    throw badRequest('Invalid input JSON: Some required fields were not set: [inputs]')
  if (inputs.length === 0) throw badRequest('Invalid input JSON: inputs must not be empty')
  if (inputs.length > most) {
    throw badRequest(`The maximum number of inputs supported in a batch request is ${most}`)
  }
  return inputs
}

/** The trace id of each input, or null where not every input has one of its own. */
export function traceIds(inputs: readonly JsonObject[]): readonly string[] | null {
  const ids = inputs.map((input) => textField(input, 'objectWriteTraceId') ?? '')
  return ids.includes('') || new Set(ids).size < ids.length ? null : ids
}

export function batchError(
  call: Call,
  problem: Problem,
  context: Readonly<Record<string, readonly string[]>>,
): WireBatchError {
  const error: WireBatchError = {
    status: 'error',
    category: problem.category,
    message: problem.message,
    context: { ...problem.context, ...context },
  }
  return call.behaviour.fullBatchErrors
    ? { ...error, links: {}, errors: problem.errors ?? [] }
    : error
}

type Complete = 'COMPLETE'
const complete: Complete = 'COMPLETE'

/** The envelope of a batch answer; `errors` and `numErrors` only where there are some. */
export function batchEnvelope<Result>(
  call: Call,
  results: readonly Result[],
  errors: readonly WireBatchError[] = [],
) {
  const at = new Date(call.now).toISOString()
  const ordered =
    call.behaviour.resultOrder === 'shuffled' ? shuffled(results, call.random) : results
  const envelope = { status: complete, results: ordered, startedAt: at, completedAt: at }
  return errors.length === 0 ? envelope : { ...envelope, numErrors: errors.length, errors }
}
