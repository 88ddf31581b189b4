import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../bench/main.ts', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

async function bench(...words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr }
}

/** The result of a benchmark at a size that shows that it works and measures nothing. */
async function quickResult(
  name: string,
  ...words: readonly string[]
): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await bench(name, '--quick', ...words)
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  const result: Record<string, unknown> = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  expect(result).toMatchObject({
    bench: name,
    bar: expect.stringMatching(/[<>]/),
    passed: expect.any(Boolean),
    details: expect.any(Object),
  })
  return result
}

// At the same time, since the benchmark of a rate limit does little but wait.
describe.concurrent('a benchmark ends with one line of JSON:', () => {
  it('diff compares a run without changes with two statements, and no call was made', async () => {
    const result = await quickResult('diff')
    expect(result['ratio']).toBeGreaterThan(0)
    expect(result['details']).toMatchObject({ rows: 2000, columns: 6, crm_calls: 0 })
  })

  it('push compares with a loop that sends as many requests of as many bytes', async () => {
    const result = await quickResult('push')
    expect(result).toMatchObject({ unit: expect.stringContaining('rows/s') })
    expect(result['ratio']).toBeGreaterThan(0)
    expect(result['value']).toBeGreaterThan(0)
    const details = result['details'] as {
      readonly stub: {
        readonly requests: { readonly ours: number; readonly loop: number }
        readonly bytes: { readonly ours: number; readonly loop: number }
      }
    }
    const { requests, bytes } = details.stub
    expect(requests.ours).toBe(requests.loop)
    expect(Math.abs(bytes.ours / bytes.loop - 1)).toBeLessThan(0.1)
  })

  it('push to Salesforce compares with a loop, and jobs with the time that Salesforce takes', async () => {
    const result = await quickResult('push', '--to', 'salesforce')
    expect(result['ratio']).toBeGreaterThan(0)
    expect(result['value']).toBeGreaterThan(0)
    expect(result['details']).toMatchObject({
      to: 'salesforce',
      local_salesforce: { requests: { ours: 2, loop: 2 } },
      bulk: { rows: 300, processing_ms: 1000, above_duckdb_mb: expect.any(Number) },
    })
  })

  it('budget tells how much of a limit was used, and no call was refused', async () => {
    const result = await quickResult('budget')
    expect(result['value']).toBeGreaterThan(0)
    expect(result['details']).toMatchObject({ requests: 21, failed_calls: 0 })
  })

  it('memory tells what a first push and a run without changes held at most', async () => {
    const result = await quickResult('memory')
    expect(result).toMatchObject({ value: expect.any(Number) })
    expect(result['details']).toMatchObject({
      columns: 20,
      first_push: { peak_mb: expect.any(Number) },
      no_change: { peak_mb: expect.any(Number) },
    })
  })

  it('state tells how much the file grew', async () => {
    const result = await quickResult('state')
    expect(result).toMatchObject({ value: expect.any(Number), unit: 'MB grown' })
  })

  it('fold tells what a whole log takes, and keys with news beside it', async () => {
    const result = await quickResult('fold')
    expect(result).toMatchObject({ value: expect.any(Number), unit: 's' })
    expect(result['ratio']).toBeGreaterThan(0)
    expect(result['details']).toMatchObject({
      changes: 20_000,
      incremental_ms: [expect.any(Number)],
      with_300_fields: { fields: 300 },
    })
  })

  it('webhook compares with the same server without a journal, and nothing was lost', async () => {
    const result = await quickResult('webhook')
    expect(result).toMatchObject({ value: expect.any(Number), unit: 'events/s' })
    expect(result['ratio']).toBeGreaterThan(0)
    expect(result['details']).toMatchObject({
      events: 500,
      at_1000_per_second: { events: 100, p99_ms: expect.any(Number) },
    })
  })

  it('fullread compares with a loop that keeps nothing but lines', async () => {
    const result = await quickResult('fullread')
    expect(result).toMatchObject({ value: expect.any(Number), unit: 'records/s' })
    expect(result['ratio']).toBeGreaterThan(0)
    expect(result['details']).toMatchObject({ records: 1_200, fields: 26 })
  })

  it('start tells what it takes until the server is ready, and for the status', async () => {
    const result = await quickResult('start')
    expect(result).toMatchObject({ value: expect.any(Number), unit: 'ms' })
    expect(result['details']).toMatchObject({
      serve_sqlite_ms: [expect.any(Number)],
      serve_postgres_ms: [expect.any(Number)],
      status_ms: [expect.any(Number)],
    })
  })
})

describe('the command', () => {
  it('names the benchmarks when asked for none of them', async () => {
    const { code, stderr } = await bench('speed')
    expect(code).toBe(2)
    expect(stderr).toContain('diff|push|budget|memory|state|fold|webhook|start|fullread')
  })

  it.each([
    ['push', 'pipedrive'],
    ['state', 'salesforce'],
  ])('names the CRMs of a push when %s is to go to %s', async (name, crm) => {
    const { code, stderr } = await bench(name, '--to', crm)
    expect(code).toBe(2)
    expect(stderr).toContain('push --to <hubspot|salesforce>')
  })

  it('refuses a size that is no number', async () => {
    const { code, stderr } = await bench('state', '--rows', 'many')
    expect(code).toBe(2)
    expect(stderr).toContain('many')
  })
})
