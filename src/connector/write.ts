/** What a write of records is given, and what it answers of each. */
import type { CrmValue } from '../model/operation.ts'

export interface WriteOptions {
  readonly object: string
  readonly signal?: AbortSignal
  /**
   * Called right before the request leaves, after any wait for the rate budget or a new token; what
   * it throws is passed on and nothing is sent. Here a lease is compared with the timeout (promise 7).
   */
  readonly beforeSend?: () => void
}

export interface CreateInput {
  readonly values: Readonly<Record<string, CrmValue>>
  /** The field whose value identifies the record afterwards, where the CRM enforces one. */
  readonly uniqueField: string | null
}

export interface UpdateInput {
  readonly id: string
  readonly values: Readonly<Record<string, CrmValue>>
  /** What the record was last known to refer to, by fields that lock it (`Field.locks`); none where absent. */
  readonly locked?: Readonly<Record<string, CrmValue>>
}

export interface UpsertInput {
  readonly uniqueField: string
  readonly values: Readonly<Record<string, CrmValue>>
}

/**
 * What became of one input of a batch write. Results come back in the order of the inputs, one
 * each, whatever order or number the CRM answered in.
 *
 * - `written`: the CRM confirmed it; `values` are those it returned, in wire form (may be a subset).
 * - `rejected`: the record is wrong as it is; sending it again would give the same answer. Not so where
 *   it `waits`: for something else in the CRM, such as a parent, which may come or change by itself.
 * - `conflict`: a record with this unique value exists; `existingId` where the CRM named it.
 * - `gone`: the addressed record does not exist (deleted).
 * - `busy`: certainly not applied, for a reason that passes (a lock of the record); may be sent again.
 * - `unaccounted`: the CRM's answer names this input neither as result nor as error. It must be
 *   read back: it may or may not be written.
 */
export type WriteResult =
  | {
      readonly status: 'written'
      readonly id: string
      readonly created: boolean
      readonly values: Readonly<Record<string, CrmValue>>
    }
  | {
      readonly status: 'rejected'
      readonly reason: string
      readonly message: string
      readonly waits?: boolean
    }
  | { readonly status: 'conflict'; readonly existingId: string | null; readonly message: string }
  | { readonly status: 'gone'; readonly message: string }
  | { readonly status: 'busy'; readonly reason: string; readonly message: string }
  | { readonly status: 'unaccounted' }
