import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  endedRunStates,
  nextRunState,
  runEvents,
  runKinds,
  type RunState,
  runStates,
} from '../../model/run.ts'
import { activeRunStates } from '../runs.ts'
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.ts'
import type { Store, StoreValue } from '../../store/store.ts'
import { migrate } from '../../store/migrate.ts'
import { ledgerPurpose } from '../ledger-purpose.ts'
import { ledgerMigrations } from './migrations.ts'

let folder: string
let store: Store

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-constraints-'))
  store = await openSqliteStore(join(folder, 'state.sqlite'), ledgerPurpose)
  await migrate(store, await ledgerMigrations(), 0)
  await store.execute([{ text: `insert into syncs (name) values ('a')`, parameters: [] }])
})
afterAll(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

/** Whether the database takes a row; a row that it took is removed again. */
async function accepts(table: string, row: Readonly<Record<string, StoreValue>>): Promise<boolean> {
  const places = Object.keys(row).map((_, index) => `$${index + 1}`)
  const text = `insert into ${table} (${Object.keys(row).join(', ')}) values (${places.join(', ')})`
  try {
    await store.execute([{ text, parameters: Object.values(row) }])
  } catch (error) {
    if (String(error).includes('constraint failed')) return false
    throw error
  }
  await store.execute([{ text: `delete from ${table}`, parameters: [] }])
  return true
}

const run = { id: 'r', sync: 'a', kind: 'run', state: 'planning', started_at: 1, ended_at: null }

function isEnded(state: RunState): boolean {
  return endedRunStates.some((ended) => ended === state)
}

test('a run has a time of its end in the states that are ended, and in no other', async () => {
  for (const state of runStates) {
    expect(await accepts('runs', { ...run, state, ended_at: null })).toBe(!isEnded(state))
    expect(await accepts('runs', { ...run, state, ended_at: 2 })).toBe(isEnded(state))
  }
})

test('a run has a state and a kind of the closed lists', async () => {
  for (const kind of runKinds) expect(await accepts('runs', { ...run, kind })).toBe(true)
  expect(await accepts('runs', { ...run, kind: 'other' })).toBe(false)
  expect(await accepts('runs', { ...run, state: 'other' })).toBe(false)
})

test('two runs of a sync are never both in a state that delivers or confirms', async () => {
  for (const state of runStates) {
    const ended_at = isEnded(state) ? 2 : null
    const text = `insert into runs (id, sync, kind, state, started_at, ended_at)
      values ('r1', 'a', 'run', $1, 1, $2), ('r2', 'a', 'run', $1, 1, $2)`
    const both = store.execute([{ text, parameters: [state, ended_at] }])
    const isActive = activeRunStates.some((active) => active === state)
    const refusal = await both.then(
      () => 'none',
      (error: unknown) => String(error),
    )
    expect(refusal).toMatch(isActive ? /UNIQUE constraint failed: runs\.sync/ : /^none$/)
    await store.execute([{ text: 'delete from runs', parameters: [] }])
  }
})

test('a recorded transition is one of the table, for every state, event and state after', async () => {
  await store.execute([
    {
      text: `insert into runs (id, sync, kind, state, started_at) values ('r', 'a', 'run', 'planning', 1)`,
      parameters: [],
    },
  ])
  for (const from of runStates) {
    for (const event of runEvents) {
      for (const to of runStates) {
        const step = { run_id: 'r', sequence: 1, from_state: from, event, to_state: to, at: 1 }
        const isInTable = nextRunState(from, event) === to
        expect([step, await accepts('run_transitions', step)]).toEqual([step, isInTable])
      }
    }
  }
})
