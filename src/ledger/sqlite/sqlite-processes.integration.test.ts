import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { killedAfter, scriptProcesses } from '../../../test/support/script-processes.ts'
import { noon, ttlMs } from '../../testing/ledger/conformance.ts'
import { openSqliteLedger } from './open-sqlite-ledger.ts'

let folder: string
let file: string
const processes = scriptProcesses()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-processes-'))
  file = join(folder, 'state.sqlite')
})
afterEach(async () => {
  processes.killAll()
  await rm(folder, { recursive: true })
})

/** A process that has the ledger open as `ledger`, its `name` and the constants of these tests. */
function startProcess(name: string, body: string): ChildProcess {
  const module = new URL('./open-sqlite-ledger.ts', import.meta.url).href
  return processes.start(`
    import { openSqliteLedger } from ${JSON.stringify(module)}
    const [name, noon, ttlMs] = ${JSON.stringify([name, noon, ttlMs])}
    const ledger = await openSqliteLedger(${JSON.stringify(file)})
    ${body}`)
}

const writeForEver = `
  const lease = await ledger.acquireLease('scores', name, ttlMs, noon)
  await ledger.createRun(lease, { id: 'run-1', kind: 'run', state: 'planning', startedAt: noon })
  await ledger.transition(lease, 'run-1', 'plan_stored', noon)
  await ledger.transition(lease, 'run-1', 'delivery_started', noon)
  async function write(number) {
    const payload = String(number).repeat(1000)
    await ledger.recordSending(lease, 'run-1', { number, attempt: 1, payload }, noon)
    console.log('sending ' + number)
    const conclusion = await ledger.recordConcluded(lease, 'run-1', number, payload, noon)
    console.log('concluded ' + number + ' ' + conclusion)
    await write(number + 8)
  }
  await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(write))`

test('what was acknowledged is there after the process is killed in the middle of writing', async () => {
  const said = await killedAfter(startProcess('killed', writeForEver), 500)

  const ledger = await openSqliteLedger(file)
  const concluded = await ledger.concludedBatches('run-1', 0, 1e6)
  const sending = await ledger.sendingBatches('run-1')
  const payloads = new Map(sending.map((batch) => [batch.number, batch.payload]))
  const conclusions = new Map(concluded.map((batch) => [batch.number, batch]))
  for (const line of said) {
    const [what, number, conclusion] = line.split(' ')
    const batch = conclusions.get(Number(number))
    expect(batch?.outcomes ?? payloads.get(Number(number))).toBe(number?.repeat(1000))
    const isKept = what === 'sending' || batch?.conclusion === Number(conclusion)
    expect([line, isKept]).toEqual([line, true])
  }
  expect(concluded.map((batch) => batch.conclusion)).toEqual(concluded.map((_, index) => index + 1))
  // The dead holder's lease stands until it expires; then the run is the successor's.
  const attempt = ledger.acquireLease('scores', 'successor', ttlMs, noon)
  await expect(attempt).rejects.toMatchObject({ code: 'ledger.busy' })
  const lease = await ledger.acquireLease('scores', 'successor', ttlMs, noon + ttlMs)
  const resumed = await ledger.transition(lease, 'run-1', 'recovered', noon + ttlMs)
  expect(resumed.state).toBe('resolving')
  await ledger.close()
})

const takeTurns = `
  for (let turn = 0; turn < 15; ) {
    const lease = await ledger.acquireLease('scores', name, ttlMs, noon).catch((error) => {
      if (error.code !== 'ledger.busy') throw error
    })
    if (lease === undefined) continue
    const id = name + '-' + turn
    await ledger.createRun(lease, { id, kind: 'run', state: 'planning', startedAt: noon })
    await ledger.transition(lease, id, 'superseded', noon)
    await ledger.releaseLease(lease)
    turn += 1
  }
  await ledger.close()`

test('several processes that make one file at once share it, each fence given once', async () => {
  const names = ['a', 'b', 'c']
  const codes = await Promise.all(
    names.map(async (name) => await once(startProcess(name, takeTurns), 'exit')),
  )
  expect(codes.map(([code]) => code)).toEqual([0, 0, 0])
  const ledger = await openSqliteLedger(file)
  expect(await ledger.runs({ state: ['dropped'], limit: 100 })).toHaveLength(45)
  const lease = await ledger.acquireLease('scores', 'last', ttlMs, noon)
  expect(lease.fence).toBe(46)
  await ledger.close()
})

test('a process that forgets to close its ledger ends all the same', async () => {
  const forgetful = startProcess('forgetful', `await ledger.sync('scores')`)
  expect((await once(forgetful, 'exit'))[0]).toBe(0)
  const ledger = await openSqliteLedger(file)
  expect(await ledger.syncs()).toHaveLength(1)
  await ledger.close()
})
