/** An error for a person: what, where, why, and what to do. */
import { SynclineError } from '../../model/error.ts'

export function errorLines(error: unknown): readonly string[] {
  if (!(error instanceof SynclineError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return [`error bug: ${stack}`, '  This is a bug of Syncline. Please report it with this text.']
  }
  return told('error', error)
}

/** Of what keeps nothing from being done. */
export function noticeLines(notice: SynclineError): readonly string[] {
  return told('notice', notice)
}

function told(word: 'error' | 'notice', error: SynclineError): readonly string[] {
  const { place } = error
  const lines = [`${word} ${error.code}: ${error.message}`]
  if (place !== undefined) {
    const position = [place.file, place.line, place.column].filter((part) => part !== undefined)
    lines.push(`  at ${position.join(':')}${place.path === undefined ? '' : ` (${place.path})`}`)
  }
  lines.push(`  ${error.remedy}`)
  // What nobody foresaw, only its stack explains.
  if (error.kind === 'bug' && error.cause instanceof Error) lines.push(String(error.cause.stack))
  return lines
}

export function errorJson(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof SynclineError)) {
    return { code: 'bug', message: error instanceof Error ? error.message : String(error) }
  }
  const { code, kind, message, place, remedy } = error
  return { code, kind, message, place: place ?? null, remedy }
}
