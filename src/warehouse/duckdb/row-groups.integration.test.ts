import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../app/system-clock.ts'
import type { Statement } from '../../core/sql/statement.ts'
import { openWarehouse } from '../registry.ts'
import type { Session } from '../warehouse.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-row-groups-'))
})

afterEach(() => {
  rmSync(directory, { recursive: true })
})

const sql = (text: string): Statement => ({ text, parameters: [] })

const inFile = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
  const options = { path: 'a.duckdb', create: true }
  const warehouse = await openWarehouse('duckdb', options, { clock: systemClock, directory })
  try {
    return await warehouse.session(work)
  } finally {
    await warehouse.close()
  }
}

const groups = async (session: Session): Promise<number> => {
  const counted = `select cast(count(distinct row_group_id) as VARCHAR) from pragma_storage_info('t')`
  const [row] = await session.query(sql(counted))
  return Number(row?.[0])
}

test('a checkpoint leaves groups of rows as they are', () =>
  inFile(async (session) => {
    await session.execute([sql('create table t (n bigint)')])
    for (let time = 0; time < 4; time += 1) {
      await session.execute([sql('insert into t select range from range(3000)')])
      await session.execute([sql('checkpoint')])
    }
    expect(await groups(session)).toBe(4)
  }))

test('closing a file joins small groups of rows, and keeps all rows', async () => {
  await inFile((session) => session.execute([sql('create table t (n bigint)')]))
  for (let time = 0; time < 8; time += 1) {
    await inFile((session) => session.execute([sql('insert into t select range from range(3000)')]))
  }
  await inFile(async (session) => {
    expect(await groups(session)).toBeLessThan(4)
    const [row] = await session.query(sql('select cast(count(*) as VARCHAR) from t'))
    expect(row).toEqual(['24000'])
  })
})
