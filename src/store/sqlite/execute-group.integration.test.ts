import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StoreStatement } from '../store.ts'
import { Connection } from './connection.ts'
import { executeGroup } from './execute-group.ts'

let folder: string
let connection: Connection
let other: Connection

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-group-'))
  const options = {
    file: join(folder, 'state.sqlite'),
    formatTable: 'ledger_format',
    busyTimeoutMs: 0,
    maxPages: null,
  }
  connection = new Connection(options)
  connection.exec('create table ledger_format (version integer primary key)')
  other = new Connection(options)
})
afterEach(async () => {
  connection.close()
  other.close()
  await rm(folder, { recursive: true })
})

function insert(version: number, expectRows = 1): StoreStatement {
  const text = 'insert into ledger_format (version) values ($1)'
  return { text, parameters: [version], expectRows }
}

const select: StoreStatement = { text: 'select version from ledger_format', parameters: [] }

function versions(): readonly unknown[] {
  return other.run(select).rows.map((row) => row.version)
}

test('a batch that fails undoes itself alone', () => {
  const answers = executeGroup(connection, [
    [insert(1)],
    [insert(2), insert(1)],
    [insert(3), insert(4, 0)],
    [insert(5)],
  ])
  expect(answers.map((answer) => answer.ok)).toEqual([true, false, false, true])
  expect(answers[1]).toMatchObject({ failure: { kind: 'sqlite', code: 1555 } })
  expect(answers[2]).toMatchObject({
    failure: { kind: 'expectation', index: 1, expected: 0, affected: 1 },
  })
  expect(versions()).toEqual([1, 5])
})

test('a batch sees what those before it in the group wrote', () => {
  const answers = executeGroup(connection, [[insert(1)], [select]])
  expect(answers[1]).toMatchObject({ ok: true, results: [{ rows: [{ version: 1 }], affected: 1 }] })
})

test('when the database gives up the transaction, the batches are done one by one', () => {
  const givingUp = { text: 'rollback', parameters: [] }
  const answers = executeGroup(connection, [[insert(1)], [insert(2), givingUp], [insert(3)]])
  expect(answers.map((answer) => answer.ok)).toEqual([true, false, true])
  expect(connection.inTransaction).toBe(false)
  expect(versions()).toEqual([1, 3])
})

test('while another process writes, reading goes on and writing is refused to all', () => {
  executeGroup(connection, [[insert(1)]])
  other.exec('begin immediate')
  expect(executeGroup(connection, [[select], [select]]).map((answer) => answer.ok)).toEqual([
    true,
    true,
  ])
  const answers = executeGroup(connection, [[insert(2)], [insert(3)]])
  other.exec('rollback')
  for (const answer of answers) expect(answer).toMatchObject({ failure: { code: 5 } })
  expect(versions()).toEqual([1])
})

test('placeholders are numbered, and may come twice and in any order', () => {
  const text = 'select $2 as b, $1 as a, $2 as c'
  expect(connection.run({ text, parameters: [1, 'x'] }).rows).toEqual([{ b: 'x', a: 1, c: 'x' }])
})
