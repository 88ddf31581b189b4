import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../app/system-clock.ts'
import type { Clock } from '../../model/clock.ts'
import { openWarehouse } from '../registry.ts'
import type { Warehouse } from '../warehouse.ts'
import { closeUnused } from './instances.ts'

const driver = createRequire(import.meta.url).resolve('@duckdb/node-api')
const make = {
  text: 'create table t as select range as n, cast(range as VARCHAR) as v from range(50000)',
  parameters: [],
}

const makeMuch = {
  text: 'create table much as select range as n, cast(hash(range) as VARCHAR) as v from range(300000)',
  parameters: [],
}

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-files-'))
})

afterEach(() => {
  rmSync(directory, { recursive: true })
})

const open = (
  options: Record<string, unknown> = {},
  clock: Clock = systemClock,
): Promise<Warehouse> =>
  openWarehouse('duckdb', { path: 'a.duckdb', create: true, ...options }, { clock, directory })

/** Opens the file in a process of its own, as a person would. */
const openByPerson = async (): Promise<string> => {
  const script = `require(${JSON.stringify(driver)}).DuckDBInstance.create(process.argv[1])
    .then((i) => i.connect()).then((c) => c.run('select count(*)::varchar from t'))
    .then((r) => r.getRows()).then((rows) => console.log(rows[0][0]), (e) => console.log(e.message))`
  const { stdout } = await promisify(execFile)(process.execPath, [
    '-e',
    script,
    join(directory, 'a.duckdb'),
  ])
  return stdout.trim()
}

/** As a person who tries again until the file is free. */
const openOnceFree = async (): Promise<string> => {
  for (;;) {
    const told = await openByPerson()
    if (!/could not set lock/i.test(told)) return told
  }
}

/** A file with a table, held by nobody. */
const makeFile = async (): Promise<void> => {
  const warehouse = await open()
  await warehouse.session((session) => session.execute([make]))
  await warehouse.close()
}

/** A process that holds the file until it is killed. */
const holder = async () => {
  const script = `require(${JSON.stringify(driver)}).DuckDBInstance.create(process.argv[1])
    .then((i) => { globalThis.kept = i; console.log('held'); setInterval(() => {}, 1000) })`
  const child = spawn(process.execPath, ['-e', script, join(directory, 'a.duckdb')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return {
    pid: child.pid,
    kill: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

test('the file is held during a session and let go soon after', async () => {
  const warehouse = await open()
  await warehouse.session(async (session) => {
    await session.execute([make])
    expect(await openByPerson()).toMatch(/could not set lock/i)
  })
  expect(await openOnceFree()).toBe('50000')
  const rows = await warehouse.session((session) =>
    session.query({ text: 'select count(*)::VARCHAR from t', parameters: [] }),
  )
  expect(rows).toEqual([['50000']])
})

test('the file is let go after a session in which a stream was left half-read', async () => {
  const warehouse = await open()
  const left = await warehouse.session(async (session) => {
    await session.execute([make])
    const stream = session.stream({ text: 'select v from t order by n', parameters: [] }, 100)
    await stream[Symbol.asyncIterator]().next()
    return stream
  })
  expect(left).toBeDefined()
  expect(await openOnceFree()).toBe('50000')
})

test('the file is let go after a session that failed in the middle of a transaction', async () => {
  const warehouse = await open()
  await warehouse.session((session) => session.execute([make]))
  const failing = warehouse.session((session) =>
    session.execute([
      { text: 'delete from t', parameters: [] },
      { text: 'select wrong', parameters: [] },
    ]),
  )
  await expect(failing).rejects.toMatchObject({ code: 'warehouse.query' })
  expect(await openOnceFree()).toBe('50000')
})

test('a closed warehouse has let the file go', async () => {
  await makeFile()
  expect(await openByPerson()).toBe('50000')
})

test('the event loop goes on while the file is written and let go', async () => {
  const warehouse = await open()
  await warehouse.session((session) => session.execute([make, makeMuch]))
  let turns = 0
  let isOpen = true
  const count = (): void => {
    turns += 1
    if (isOpen) setImmediate(count)
  }
  const closed = warehouse.close()
  count()
  await closed
  isOpen = false
  // Closing at once takes a few turns, however much there is to write.
  expect(turns).toBeGreaterThan(50)
  expect(await openByPerson()).toBe('50000')
})

test.each([0, 1, 5, 20])(
  'whoever closes a file %i turns after another is told when it is let go, and so is the other',
  async (turns) => {
    const [one, other] = [await open(), await open()]
    await one.session((session) => session.execute([make, makeMuch]))
    const isWritten = (): boolean => !existsSync(join(directory, 'a.duckdb.wal'))
    expect(isWritten()).toBe(false)
    const first = one.close().then(isWritten)
    for (let turn = 0; turn < turns; turn += 1) await nextTurn()
    const second = other.close().then(isWritten)
    expect(await Promise.all([first, second])).toEqual([true, true])
    expect(await openByPerson()).toBe('50000')
  },
)

test('whoever asks for a file while it is let go has it, and writes to it', async () => {
  const warehouse = await open()
  await warehouse.session((session) => session.execute([make]))
  const closed = closeUnused({ file: join(directory, 'a.duckdb') })
  await warehouse.session(async (session) => {
    await closed
    await session.execute([{ text: 'delete from t where n < 10', parameters: [] }])
  })
  await warehouse.close()
  expect(await openByPerson()).toBe('49990')
})

test('two warehouses of one process share an instance, by whatever path they name the file', async () => {
  symlinkSync(join(directory, 'a.duckdb'), join(directory, 'link.duckdb'))
  const first = await open()
  await first.session(async (one) => {
    await one.execute([make])
    const second = await open({ path: 'link.duckdb', create: false })
    await second.session(async (two) => {
      expect(await two.execute([{ text: 'delete from t where n < 10', parameters: [] }])).toEqual([
        10,
      ])
    })
    const rows = await one.query({ text: 'select count(*)::VARCHAR from t', parameters: [] })
    expect(rows).toEqual([['49990']])
  })
  expect(await openOnceFree()).toBe('49990')
})

test('sessions that begin at the same time open the file once', async () => {
  const warehouse = await open()
  const query = { text: "select 'x' as v", parameters: [] }
  const all = Array.from({ length: 8 }, () => warehouse.session((session) => session.query(query)))
  expect(await Promise.all(all)).toEqual(Array.from({ length: 8 }, () => [['x']]))
})

test('a file held by another process is waited for', async () => {
  await makeFile()
  const other = await holder()
  const clock: Clock = { ...systemClock, sleep: () => other.kill() }
  const warehouse = await open({}, clock)
  const columns = await warehouse.session((session) => session.columns('main', 't'))
  expect(columns?.map(({ name }) => name)).toEqual(['n', 'v'])
})

test('a file that stays held is an error that names the process', async () => {
  await makeFile()
  const other = await holder()
  let now = 0
  const waited: number[] = []
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: async (ms) => {
      waited.push(ms)
      now += ms
    },
  }
  const warehouse = await open({ wait_for_lock: 2 }, clock)
  const refused = warehouse.session(async () => 'in')
  await expect(refused).rejects.toMatchObject({
    code: 'warehouse.held',
    kind: 'busy',
    message: expect.stringContaining(`PID ${other.pid}`),
  })
  expect(waited.reduce((sum, ms) => sum + ms, 0)).toBe(2000)
  await other.kill()
  expect(await warehouse.session(async () => 'in')).toBe('in')
})

test('a file that stays held is an error that says how long it was really waited for', async () => {
  await makeFile()
  const other = await holder()
  let now = 0
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    // The machine has much else to do.
    sleep: async (ms) => {
      now += ms + 4900
    },
  }
  const warehouse = await open({ wait_for_lock: 2 }, clock)
  await expect(warehouse.session(async () => 'in')).rejects.toMatchObject({
    message: expect.stringContaining('; waited 5 s.'),
  })
  await other.kill()
})

test('a missing file is refused, unless it may be created', async () => {
  const warehouse = await open({ create: false })
  await expect(warehouse.session(async () => 'in')).rejects.toMatchObject({
    code: 'warehouse.missing_file',
    message: expect.stringContaining('a.duckdb'),
  })
  expect(await (await open()).session(async () => 'in')).toBe('in')
  const lost = await open({ path: 'no/such/folder/a.duckdb' })
  await expect(lost.session(async () => 'in')).rejects.toMatchObject({
    code: 'warehouse.missing_file',
  })
})

test('a file that is no database is refused', async () => {
  const warehouse = await openWarehouse(
    'duckdb',
    { path: import.meta.filename },
    { clock: systemClock, directory },
  )
  await expect(warehouse.session(async () => 'in')).rejects.toMatchObject({
    code: 'warehouse.bad_file',
  })
})

test('a database in memory lasts from session to session, and until it is closed', async () => {
  const warehouse = await open({ path: ':memory:' })
  await warehouse.session((session) => session.execute([make]))
  expect(await warehouse.session((session) => session.columns('main', 't'))).toHaveLength(2)
  await warehouse.close()
  expect(await warehouse.session((session) => session.columns('main', 't'))).toBeNull()
  await warehouse.close()
})

test('an enum is described as text, and compares with text', async () => {
  const warehouse = await open({ path: ':memory:' })
  await warehouse.session(async (session) => {
    const [column] = await session.describe("select 'b'::enum('a', 'b') as e")
    expect(column).toEqual({ name: 'e', kind: 'text', nativeType: 'VARCHAR' })
    const distinct = warehouse.dialect.distinct("'b'::enum('a', 'b')", "'c'::VARCHAR")
    const rows = await session.query({ text: `select (${distinct})::VARCHAR`, parameters: [] })
    expect(rows).toEqual([['true']])
  })
  await warehouse.close()
})

test('dates do not depend on the zone of the machine', async () => {
  const warehouse = await open({ path: ':memory:' })
  const text = "select strftime(timestamptz '2024-01-01 23:30:00+00', '%Y-%m-%d %H:%M')"
  const rows = await warehouse.session((session) => session.query({ text, parameters: [] }))
  expect(rows).toEqual([['2024-01-01 23:30']])
  await warehouse.close()
})
