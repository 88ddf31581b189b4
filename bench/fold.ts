/**
 * The fold of a change log in DuckDB: all of it with memory to sort in, as a first backfill has it, and within what a
 * connection allows by default; and then, by default, what 500 keys with news cost beside a log of the same keys
 * and one ten times as long.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { systemClock } from '../src/app/system-clock.ts'
import { createHistory, dropScratch } from '../src/core/history/tables/create.ts'
import { logRow } from '../src/core/history/log/log-row.ts'
import { wrap } from '../src/core/history/log/wrapped.ts'
import { rebuild } from '../src/core/history/fold/merge.ts'
import { historyTables } from '../src/core/history/tables/tables.ts'
import { duckdbDialect } from '../src/core/sql/dialects/duckdb.ts'
import { tableReference } from '../src/core/sql/names.ts'
import { loadChanges, slicesFor } from '../src/engine/pull/history/load-changes.ts'
import type { Column, Row } from '../src/model/value.ts'
import { openWarehouse } from '../src/warehouse/registry.ts'
import { duckDbSettings } from './bench-project.ts'
import { type Bench, median, rounded } from './bench-result.ts'

const secondsBar = 25
const ratioBar = 1.5
const dialect = duckdbDialect
const tables = historyTables(dialect, {
  schema: 'crm',
  changes: 'deals_changes',
  history: 'deals_history',
  current: 'deals',
  workingSchema: 'crm',
  scratch: 'bench',
})

interface Size {
  readonly changes: number
  readonly keys: number
  readonly fields: number
}

interface Measured {
  readonly seconds: number
  readonly cpuSeconds: number
}

export const fold: Bench = async ({ rows, repeats, quick, say }) => {
  const changes = rows ?? (quick ? 20_000 : 10_000_000)
  const times = repeats ?? (quick ? 1 : 5)
  const keys = Math.ceil(changes / 10)
  const folder = mkdtempSync(join(tmpdir(), 'syncline-fold-'))
  try {
    const small = join(folder, 'small.duckdb')
    const size = { changes, keys, fields: 6 }
    await generate(small, size, fieldsOf(size))
    const whole = await foldAll(small, size, roomyMemory, say)
    const cramped = await foldAll(small, size, defaultMemory, say)
    const few = await foldNews(small, size, times, say)
    rmSync(small)
    const large = join(folder, 'large.duckdb')
    const larger = { changes: changes * 10, keys, fields: 6 }
    await generate(large, larger, fieldsOf(larger))
    await foldAll(large, larger, roomyMemory, say)
    const many = await foldNews(large, larger, times, say)
    rmSync(large)
    const wide = join(folder, 'wide.duckdb')
    const wideSize = { changes: Math.ceil(changes / 20), keys: Math.ceil(keys / 20), fields: 300 }
    await generate(wide, wideSize, fieldsOf(wideSize))
    const widely = await foldAll(wide, wideSize, wideMemory, say)
    const ratio = median(many) / median(few)
    return {
      bench: 'fold',
      value: rounded(whole.seconds),
      unit: 's',
      ratio: rounded(ratio),
      bar: `value < ${secondsBar}, ratio < ${ratioBar}`,
      passed: whole.seconds < secondsBar && ratio < ratioBar,
      details: {
        changes,
        keys,
        fields: 6,
        memory_limit: roomyMemory,
        cpu_seconds: rounded(whole.cpuSeconds),
        within_256_mb: {
          seconds: rounded(cramped.seconds),
          cpu_seconds: rounded(cramped.cpuSeconds),
        },
        incremental_keys: newsKeys,
        incremental_ms: few.map(Math.round),
        incremental_ms_tenfold_log: many.map(Math.round),
        with_300_fields: {
          ...wideSize,
          memory_limit: wideMemory,
          seconds: rounded(widely.seconds),
        },
      },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const newsKeys = 500
/** DuckDB holds a block for each column of each table that a transaction writes, however few its rows. */
const wideMemory = '1GB'
const roomyMemory = '8GB'
/** Of a connection that says nothing. */
const defaultMemory = '256MB'
const start = `timestamptz '2024-01-01 00:00:00+00'`

function fieldsOf({ fields }: Size): readonly Column[] {
  return Array.from({ length: fields }, (_, index) => ({
    name: `field_${index + 1}`,
    kind: 'text',
    nativeType: dialect.fieldTypes.text,
  }))
}

async function foldAll(
  file: string,
  size: Size,
  memory: string,
  say: (text: string) => void,
): Promise<Measured> {
  say(`${size.changes} changes of ${size.keys} keys with ${size.fields} fields, within ${memory}`)
  const fields = fieldsOf(size)
  const warehouse = await openBench(file, memory)
  try {
    return await warehouse.session(async (session) => {
      const slices = slicesFor(size.changes, size.fields, warehouse.sortBytes)
      const { fold: versions, place } = rebuild({ dialect, tables, fields }, slices)
      const measured = await measure(() => session.execute(place, versions))
      await session.execute(dropScratch(dialect, tables))
      say(`folded in ${rounded(measured.seconds)} s, ${rounded(measured.cpuSeconds)} s of work`)
      return measured
    })
  } finally {
    await warehouse.close()
  }
}

/** A log of partial changes, each of a third of six fields or of two in 300. */
async function generate(file: string, size: Size, fields: readonly Column[]): Promise<void> {
  const instance = await DuckDBInstance.create(file, { ...duckDbSettings })
  const connection = await instance.connect()
  try {
    for (const { text } of createHistory(dialect, tables, fields)) await connection.run(text)
    const share = Math.max(3, Math.floor(size.fields / 2))
    const values = fields.map(
      (_, index) =>
        `case when hash(i * 31 + ${index}) % ${share} = 0 then '=value ' || (hash(i * 7 + ${index}) % 100000) end`,
    )
    const at = `${start} + to_microseconds(i * 6000000 + cast(hash(i) % 1000000 as bigint))`
    await connection.run(
      `insert into ${tableReference(dialect, tables.changes)} select md5(cast(i as varchar)), cast(hash(i) % ${size.keys} as varchar), 'update', true, ${at}, ${at}, 0, i, ${at}, null, 'webhook', ${at}, ${values.join(', ')} from range(${size.changes}) as t(i)`,
    )
    await connection.run('checkpoint')
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Milliseconds from staging to folded, for one change each of some keys. */
async function foldNews(
  file: string,
  size: Size,
  times: number,
  say: (text: string) => void,
): Promise<readonly number[]> {
  const fields = fieldsOf(size)
  const warehouse = await openBench(file, defaultMemory)
  try {
    return await warehouse.session(async (session) => {
      const measured: number[] = []
      for (let time = 0; time <= times; time += 1) {
        const { sortBytes } = warehouse
        const target = { dialect, tables, fields, form: 'table', sortBytes, fence: [] } as const
        const { seconds } = await measure(() => loadChanges(session, target, [news(size, time)]))
        say(`${newsKeys} keys beside ${size.changes} changes: ${rounded(seconds * 1000)} ms`)
        // The first reads the file into memory.
        if (time > 0) measured.push(seconds * 1000)
      }
      return measured
    })
  } finally {
    await warehouse.close()
  }
}

function news({ changes, keys, fields }: Size, time: number): readonly Row[] {
  const first = Date.UTC(2024, 0, 1) + (changes + 10) * 6000
  return Array.from({ length: newsKeys }, (_, index) => {
    const at = new Date(first + (time * newsKeys + index) * 1000).toISOString().replace('Z', '000Z')
    const key = String((index * 7919 + time * 104_729) % keys)
    return logRow(
      {
        id: `news ${time} ${index}`,
        object: 'deals',
        key,
        op: 'update',
        fields: new Map(),
        partial: true,
        eventAt: at,
        shownAt: at,
        rank: 0,
        sequence: 0n,
        observedAt: at,
        origin: 'webhook',
        mergedInto: null,
      },
      [wrap(`news ${time}`), ...Array.from<null>({ length: fields - 1 }).fill(null)],
      at,
    )
  })
}

function openBench(path: string, memory: string): ReturnType<typeof openWarehouse> {
  const options = { path, memory_limit: memory }
  return openWarehouse('duckdb', options, { clock: systemClock, directory: '/' })
}

async function measure(work: () => Promise<unknown>): Promise<Measured> {
  const [begun, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 }
}
