/**
 * Errors are part of the interface: each has a dotted code that never changes, a kind that decides
 * what happens next (exit code, retry), what happened, where, and what to do about it.
 */

/**
 * - `config`: the request is wrong; nothing was attempted.
 * - `auth`: the other side knows us not, or grants too little.
 * - `unreachable`: the other side did not answer, or not in its own language, or gives no more today.
 * - `guard`: a person must decide before anything is written.
 * - `busy`: another run, process or person holds what is needed.
 * - `bug`: a state that should be impossible.
 */
export const errorKinds = ['config', 'auth', 'unreachable', 'guard', 'busy', 'bug'] as const
export type ErrorKind = (typeof errorKinds)[number]

/** A place in a user's file. Line and column count from 1. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
  /** Dotted path inside the file, e.g. `fields.email.write`. */
  readonly path?: string
}

export interface ErrorDefinition {
  readonly kind: ErrorKind
  /** One sentence for the reference page: when this error appears. */
  readonly summary: string
  /** What the person should do, as an imperative sentence. */
  readonly remedy: string
}

export interface ErrorDetails {
  /** What happened, with the names and values concerned. Never a secret. */
  readonly message: string
  readonly place?: Place
  /** Replaces the definition's general remedy where a better one is known. */
  readonly remedy?: string
  readonly cause?: unknown
}

export class SynclineError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly place: Place | undefined
  readonly remedy: string

  constructor(code: string, definition: ErrorDefinition, details: ErrorDetails) {
    super(details.message, { cause: details.cause })
    this.name = 'SynclineError'
    this.code = code
    this.kind = definition.kind
    this.place = details.place
    this.remedy = details.remedy ?? definition.remedy
  }
}

export type ErrorFactories<T> = {
  readonly [Name in keyof T]: (details: ErrorDetails) => SynclineError
}

/** All definitions by full code, for the generated reference page. */
export const errorRegistry = new Map<string, ErrorDefinition>()

/**
 * Declares a module's errors: `const ledgerErrors = defineErrors('ledger', { locked: {...} })`
 * gives `ledgerErrors.locked({ message })`, whose code is `ledger.locked`.
 */
export function defineErrors<T extends Record<string, ErrorDefinition>>(
  module: string,
  definitions: T,
): ErrorFactories<T> {
  const factories: Record<string, (details: ErrorDetails) => SynclineError> = {}
  for (const [name, definition] of Object.entries(definitions)) {
    const code = `${module}.${name}`
    errorRegistry.set(code, definition)
    factories[name] = (details) => new SynclineError(code, definition, details)
  }
  return factories as ErrorFactories<T>
}
