import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noon, runIn } from '../../testing/ledger/conformance.ts'
import { openSqliteLedger } from './open-sqlite-ledger.ts'

const planted = 'planted-person@example.com'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-scrub-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = () => join(folder, 'state.db')

/** Whether a file beside the state, or the state itself, holds the bytes; only while it is closed. */
function isOnDisk(): boolean {
  return readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(planted))
}

/** A failed run that tells of the person. */
async function plant(): Promise<void> {
  const ledger = await openSqliteLedger(file())
  const { lease, run } = await runIn(ledger, 'planned')
  await ledger.transition(lease, run, 'failure', noon + 9, {
    error: { code: 'warehouse.query', message: `cannot convert ${planted}` },
  })
  await ledger.close()
}

describe('the file of a state', () => {
  it('holds no byte of a scrubbed text', async () => {
    await plant()
    expect(isOnDisk()).toBe(true)
    const ledger = await openSqliteLedger(file())
    await ledger.scrub([planted])
    await ledger.close()
    expect(isOnDisk()).toBe(false)
  })

  it('holds no byte of rows that were deleted before without being overwritten', async () => {
    await plant()
    const careless = new DatabaseSync(file())
    careless.exec('pragma secure_delete = off')
    careless.exec('create table notes (text text)')
    careless.exec(`insert into notes values ('${planted}')`)
    careless.exec('drop table notes')
    careless.exec(`update runs set error = null`)
    careless.close()
    expect(isOnDisk()).toBe(true)
    const ledger = await openSqliteLedger(file())
    await ledger.scrub([])
    await ledger.close()
    expect(isOnDisk()).toBe(false)
  })

  it('is not called clean while somebody still reads the log that has the text', async () => {
    await plant()
    const ledger = await openSqliteLedger(file(), { busyTimeoutMs: 50 })
    const reader = new DatabaseSync(file())
    reader.exec('begin')
    reader.prepare('select count(*) from runs').get()
    await expect(ledger.scrub([planted])).rejects.toMatchObject({ code: 'ledger.locked' })
    reader.exec('commit')
    reader.close()
    await ledger.scrub([planted])
    await ledger.close()
    expect(isOnDisk()).toBe(false)
  })
})
