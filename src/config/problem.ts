/** One thing that is wrong with the project's files, in a form that both people and programs read. */
import type { Place, SynclineError } from '../model/error.ts'

export interface Problem {
  /** Dotted, e.g. `config.unknown_key`. */
  readonly code: string
  /** One sentence, without the place. */
  readonly message: string
  /** Relative to the project's folder. */
  readonly file: string
  readonly line: number | null
  readonly column: number | null
  /** Dotted path inside the file; null for the file as a whole. */
  readonly path: string | null
  readonly expected: string | null
  /** As written in the file: never the value behind a reference, never a secret. */
  readonly found: string | null
  /** The valid name that was probably meant. */
  readonly nearest: string | null
  readonly remedy: string
  /** The sync that can not run because of it; null where it concerns the project. */
  readonly sync: string | null
}

export interface ProblemDetails {
  readonly place: Place
  readonly message: string
  readonly expected?: string | null
  readonly found?: string | null
  readonly nearest?: string | null
  readonly remedy?: string
}

type Factory = (details: {
  readonly message: string
  readonly place: Place
  readonly remedy?: string
}) => SynclineError

/** Makes a problem of the kind that one of `configErrors` declares. */
export function problem(factory: Factory, details: ProblemDetails): Problem {
  const { place, message, remedy } = details
  const error = factory({ message, place, ...(remedy === undefined ? {} : { remedy }) })
  return {
    code: error.code,
    message,
    file: place.file,
    line: place.line ?? null,
    column: place.column ?? null,
    path: place.path === undefined || place.path === '' ? null : place.path,
    expected: details.expected ?? null,
    found: details.found ?? null,
    nearest: details.nearest ?? null,
    remedy: error.remedy,
    sync: null,
  }
}

export function forSync(sync: string, problems: readonly Problem[]): Problem[] {
  return problems.map((one) => ({ ...one, sync }))
}
