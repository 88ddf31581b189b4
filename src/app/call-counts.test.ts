import { expect, it } from 'vitest'
import { createCallLog } from '../connector/http/calls.ts'
import { callsSince } from './call-counts.ts'

const rest = { bytesSent: 0, bytesReceived: 0, waitedMs: 0 }

it('counts calls, failures and latencies of a run, whatever its connection did before', () => {
  const calls = createCallLog()
  for (const ms of [4_000, 5_000, 6_000]) {
    calls.record({ endpoint: 'POST /read', ok: false, ...rest, latencyMs: ms })
    calls.record({ endpoint: 'GET /before', ok: true, ...rest, latencyMs: ms })
  }
  const before = calls.list()
  for (const ms of [10, 10, 10, 100]) {
    calls.record({ endpoint: 'POST /read', ok: true, ...rest, latencyMs: ms })
  }
  calls.record({ endpoint: 'POST /new', ok: false, ...rest, latencyMs: 7 })
  const [read, fresh, ...others] = callsSince(before, calls.list())
  expect(others).toEqual([])
  expect(fresh).toEqual({ endpoint: 'POST /new', calls: 1, failed: 1, p50_ms: 7, p99_ms: 7 })
  expect(read).toMatchObject({ endpoint: 'POST /read', calls: 4, failed: 0 })
  // Exact to within a fifth.
  expect(read?.p50_ms).toBeGreaterThanOrEqual(10)
  expect(read?.p50_ms).toBeLessThanOrEqual(12)
  expect(read?.p99_ms).toBeGreaterThanOrEqual(100)
  expect(read?.p99_ms).toBeLessThanOrEqual(120)
})
