/** How much of a rolling limit was used, by when requests arrived. */
import type { Server } from './server-process.ts'

export interface BudgetUse {
  /** A perfect client sends a window's worth again exactly one window later. */
  readonly steady: number
  /** Of what may arrive in the windows from the first request on, how much did. */
  readonly fromFirst: number
}

export interface BenchLimit {
  readonly max: number
  readonly windowMs: number
  /** Windows to look at; as many requests must have been sent, and some of one more window. */
  readonly windows: number
}

/** When the CRM received each batch: it notes every answer that it holds back. */
export async function batchArrivals(server: Server): Promise<readonly number[]> {
  const { results } = (await server.ask('faults')) as {
    readonly results: readonly { readonly at: number; readonly operation: string }[]
  }
  return results.filter(({ operation }) => operation.startsWith('batch_')).map(({ at }) => at)
}

export function useOf(times: readonly number[], { max, windowMs, windows }: BenchLimit): BudgetUse {
  const cycles = times.slice(max * windows).map((time, index) => time - (times[index] ?? time))
  const mean = cycles.reduce((sum, cycle) => sum + cycle, 0) / cycles.length
  const [first = 0] = times
  const inTime = times.filter((time) => time - first < windows * windowMs).length
  return { steady: (windows * windowMs) / mean, fromFirst: inTime / (max * windows) }
}
