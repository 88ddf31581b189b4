/**
 * What the opening and its worker thread say to each other. Errors travel as plain values. A thread is told to open
 * a file before anything else, and again when it has closed that one.
 */
import type { StoreResult, StoreStatement } from '../store.ts'

export interface WorkerOptions {
  readonly file: string
  /** A file that holds tables and not this one is somebody else's. */
  readonly formatTable: string
  /** How long to wait for another process that writes. */
  readonly busyTimeoutMs: number
  /** The file never grows beyond so many pages of 4096 bytes; null for no limit but the disk. */
  readonly maxPages: number | null
}

export interface WorkerOpening {
  readonly id: number
  readonly kind: 'open'
  readonly options: WorkerOptions
}

export type WorkerRequest =
  | { readonly id: number; readonly kind: 'execute'; readonly batch: readonly StoreStatement[] }
  | { readonly id: number; readonly kind: 'backup'; readonly target: string }
  | { readonly id: number; readonly kind: 'rewrite' }
  | { readonly id: number; readonly kind: 'close' }

export type Failure =
  | {
      readonly kind: 'expectation'
      readonly index: number
      readonly expected: number
      readonly affected: number
    }
  /** `code` is SQLite's extended result code. */
  | { readonly kind: 'sqlite'; readonly code: number; readonly message: string }
  | { readonly kind: 'other'; readonly message: string }

export type Answer =
  | { readonly ok: true; readonly results: readonly StoreResult[] }
  | { readonly ok: false; readonly failure: Failure }

export type WorkerAnswer = { readonly id: number; readonly answer: Answer }
