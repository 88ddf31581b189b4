/**
 * The thread that owns the connection. It takes all requests that are waiting at once, answers them
 * as one group, and gives back free pages when nothing else is to be done.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { Connection } from './connection.ts'
import { executeGroup } from './execute-group.ts'
import { failureFrom } from './failure.ts'
import { giveBackFreePages } from './free-pages.ts'
import type { Answer, WorkerAnswer, WorkerOptions, WorkerRequest } from './sqlite-messages.ts'

/** More would only make the first of them wait. */
const groupAtMost = 1000

type Execute = Extract<WorkerRequest, { kind: 'execute' }>

/** Id of the answer that says whether the file could be opened. */
const opening = 0

function main(port: MessagePort): void {
  try {
    const connection = new Connection(workerData as WorkerOptions)
    port.on('message', (first: WorkerRequest) => serve(port, connection, first))
    answer(port, opening, { ok: true, results: [] })
    if (giveBackFreePages(connection)) giveBackLater(connection)
  } catch (error) {
    answer(port, opening, { ok: false, failure: failureFrom(error) })
  }
}

function serve(port: MessagePort, connection: Connection, first: WorkerRequest): void {
  let group: Execute[] = []
  for (const request of waiting(port, first)) {
    if (request.kind === 'execute') {
      group.push(request)
      if (group.length < groupAtMost) continue
    }
    serveGroup(port, connection, group)
    group = []
    if (request.kind === 'backup') answer(port, request.id, backup(connection, request.target))
    if (request.kind === 'rewrite') answer(port, request.id, rewrite(connection))
    if (request.kind === 'close') {
      close(port, connection, request.id)
      return
    }
  }
  serveGroup(port, connection, group)
  if (giveBackFreePages(connection)) giveBackLater(connection)
}

/** The request that woke us and all that stand behind it now. */
function* waiting(port: MessagePort, first: WorkerRequest): Generator<WorkerRequest> {
  yield first
  for (;;) {
    const next: { message: WorkerRequest } | undefined = receiveMessageOnPort(port)
    if (next === undefined) return
    yield next.message
  }
}

function serveGroup(port: MessagePort, connection: Connection, group: readonly Execute[]): void {
  if (group.length === 0) return
  const answers = executeGroup(
    connection,
    group.map((request) => request.batch),
  )
  group.forEach((request, index) => {
    const given = answers[index]
    if (given !== undefined) answer(port, request.id, given)
  })
}

let givingBack: NodeJS.Immediate | undefined

/** Between two wakings, so that a request never waits for more than one step. */
function giveBackLater(connection: Connection): void {
  givingBack ??= setImmediate(() => {
    givingBack = undefined
    if (giveBackFreePages(connection)) giveBackLater(connection)
  })
}

/** Under its own name only when it is whole and on disk. */
function backup(connection: Connection, target: string): Answer {
  const partial = `${target}.partial`
  try {
    rmSync(partial, { force: true })
    connection.copyTo(partial)
    const file = openSync(partial, 'r+')
    fsyncSync(file)
    closeSync(file)
    renameSync(partial, target)
    return { ok: true, results: [] }
  } catch (error) {
    rmSync(partial, { force: true })
    return { ok: false, failure: failureFrom(error) }
  }
}

function rewrite(connection: Connection): Answer {
  try {
    connection.rewrite()
    return { ok: true, results: [] }
  } catch (error) {
    return { ok: false, failure: failureFrom(error) }
  }
}

function close(port: MessagePort, connection: Connection, id: number): void {
  clearImmediate(givingBack)
  try {
    while (giveBackFreePages(connection));
    connection.close()
    answer(port, id, { ok: true, results: [] })
  } catch (error) {
    answer(port, id, { ok: false, failure: failureFrom(error) })
  }
  port.close()
}

function answer(port: MessagePort, id: number, given: Answer): void {
  port.postMessage({ id, answer: given } satisfies WorkerAnswer)
}

if (parentPort !== null) main(parentPort)
