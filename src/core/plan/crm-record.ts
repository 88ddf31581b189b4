/** Records as the CRM holds them, and what a look at it finds. */
import type { CrmValue } from '../../model/operation.ts'

/** Values of a record in the CRM, by field. */
export interface CrmRecord {
  readonly id: string
  readonly values: Readonly<Record<string, CrmValue>>
}

/** What a look at the CRM found; `null` where none was made (`read_before: false`). */
export type Found = readonly CrmRecord[] | null
