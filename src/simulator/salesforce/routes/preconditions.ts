/** Requests about one record that depend on when it last changed, to the second. */
import type { Call, Reply } from '../request/call.ts'
import type { StoredRecord } from '../store/records.ts'

/** The answer to a reader who has it already, or to whose copy it changed since; null to go on. */
export function readPrecondition(call: Call, record: StoredRecord): Reply<never> | null {
  const since = Date.parse(call.headers['if-modified-since'] ?? '')
  if (modifiedAt(record) <= since) return { status: 304, body: null }
  return writePrecondition(call, record)
}

/** 412 where the record changed since; null to go on. */
export function writePrecondition(call: Call, record: StoredRecord): Reply<never> | null {
  const since = Date.parse(call.headers['if-unmodified-since'] ?? '')
  return modifiedAt(record) > since ? { status: 412, body: null } : null
}

export function lastModified(record: StoredRecord): Readonly<Record<string, string>> {
  return { 'last-modified': new Date(modifiedAt(record)).toUTCString() }
}

function modifiedAt(record: StoredRecord): number {
  return Math.floor(record.modifiedAt / 1000) * 1000
}
