/** What is wrong with a sync as far as metadata tell: all of it at once, though a run ends with one error. */
import { SynclineError } from '../../../model/error.ts'

export interface Fault {
  /** The field that does not do, by its name in the CRM; null where it is about something else. */
  readonly about: { readonly object: string; readonly field: string } | null
  readonly error: SynclineError
}

/** The value of `ask` with no fault, or null with the one that it threw: a wrong name, a missing permission. */
export async function asked<T>(
  ask: () => Promise<T>,
): Promise<{ readonly value: T | null; readonly faults: readonly Fault[] }> {
  try {
    return { value: await ask(), faults: [] }
  } catch (error) {
    // A CRM that does not answer has nothing to say to the next question either.
    const isAnswer = error instanceof SynclineError && ['config', 'auth'].includes(error.kind)
    if (!isAnswer) throw error
    return { value: null, faults: [{ about: null, error }] }
  }
}

/** The error that ends a run: with the code of the first that a person can correct, and everyone's message. */
export function asOneError(faults: readonly Fault[]): SynclineError {
  const errors = faults.map(({ error }) => error)
  const first = errors.find(({ kind }) => kind === 'config') ?? errors[0]
  if (first === undefined) throw new Error('there is no fault')
  if (errors.length === 1) return first
  const rest = errors.filter((error) => error !== first)
  const told = [first.message, ...rest.map(withLine)]
  const remedies = new Set([first, ...rest].map(({ remedy }) => remedy))
  const { code, kind, place } = first
  const definition = { kind, summary: '', remedy: [...remedies].join(' ') }
  const message = [...new Set(told)].join('\n  ')
  return new SynclineError(code, definition, {
    message,
    ...(place === undefined ? {} : { place }),
    cause: first,
  })
}

/** The place of the error itself is that of the first. */
function withLine({ message, place }: SynclineError): string {
  return place?.line === undefined ? message : `${message} (${place.file}:${place.line})`
}
