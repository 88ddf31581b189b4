/** What a check found: one line for a person, one error where something is missing, a warning where it would do better. */
import { SynclineError } from '../../model/error.ts'

export interface Finding {
  /** What was looked at: `connection hubspot`, `sync customers`. */
  readonly subject: string
  /** What is right, in a few words; null where it isn't, or not as it should be. */
  readonly fine: string | null
  /** What works, and should be otherwise: the exit code stays that of the rest. */
  readonly warning: string | null
  readonly error: SynclineError | null
}

export function fine(subject: string, text: string): Finding {
  return { subject, fine: text, warning: null, error: null }
}

export function warned(subject: string, text: string): Finding {
  return { subject, fine: null, warning: text, error: null }
}

export function faulty(subject: string, error: SynclineError): Finding {
  return { subject, fine: null, warning: null, error }
}

/** Findings of `look`; an error that it throws becomes one, so that the other checks go on. */
export async function findings(
  subject: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof SynclineError) return [faulty(subject, error)]
    throw error
  }
}
