import { describe, expect, it } from 'vitest'
import { type CallLog, createCallLog } from './calls.ts'
import { latenciesSince, latencyPercentile } from './latencies.ts'

function took(calls: CallLog, ms: number): void {
  const rest = { ok: true, bytesSent: 0, bytesReceived: 0, waitedMs: 0 }
  calls.record({ endpoint: 'GET /a', ...rest, latencyMs: ms })
}

function latenciesOf(calls: CallLog) {
  const [endpoint] = calls.list()
  if (endpoint === undefined) throw new Error('nothing was recorded')
  return endpoint.latencies
}

describe('the latencies of an endpoint', () => {
  it('give percentiles to within a fifth', () => {
    const calls = createCallLog()
    for (let ms = 1; ms <= 1_000; ms++) took(calls, ms)
    const latencies = latenciesOf(calls)
    expect(latencyPercentile(latencies, 0.5)).toBeGreaterThanOrEqual(500)
    expect(latencyPercentile(latencies, 0.5)).toBeLessThanOrEqual(600)
    expect(latencyPercentile(latencies, 0.99)).toBeGreaterThanOrEqual(990)
    expect(latencies.maxMs).toBe(1_000)
  })

  it('are no more than the longest call', () => {
    const calls = createCallLog()
    took(calls, 40)
    expect(latencyPercentile(latenciesOf(calls), 0.99)).toBe(40)
  })

  it('since an earlier look are those of the calls since then', () => {
    const calls = createCallLog()
    for (let call = 1; call <= 100; call++) took(calls, 5_000)
    const before = latenciesOf(calls)
    for (let call = 1; call <= 10; call++) took(calls, 20)
    const since = latenciesSince(before, latenciesOf(calls))
    expect(latencyPercentile(since, 0.99)).toBeLessThanOrEqual(24)
    expect(latencyPercentile(latenciesOf(calls), 0.5)).toBe(5_000)
  })

  it('of an earlier look stay as they were', () => {
    const calls = createCallLog()
    took(calls, 10)
    const before = latenciesOf(calls)
    took(calls, 10)
    expect([...before.buckets.values()]).toEqual([1])
  })
})
