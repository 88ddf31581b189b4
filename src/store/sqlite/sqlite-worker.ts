/**
 * The thread that owns the connection, to one file after the other. It takes all requests that are waiting at once,
 * answers them as one group, and gives back free pages when nothing else is to be done.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { Connection } from './connection.ts'
import { executeGroup } from './execute-group.ts'
import { failureFrom } from './failure.ts'
import { giveBackFreePages } from './free-pages.ts'
import type {
  Answer,
  WorkerAnswer,
  WorkerOpening,
  WorkerOptions,
  WorkerRequest,
} from './sqlite-messages.ts'

/** More would only make the first of them wait. */
const groupAtMost = 1000

type Execute = Extract<WorkerRequest, { kind: 'execute' }>

/** Null before a file is open, and after it was closed. */
let opened: Connection | null = null

function main(port: MessagePort): void {
  port.on('message', (first: WorkerOpening | WorkerRequest) => {
    if (first.kind === 'open') answer(port, first.id, open(first.options))
    else if (opened !== null) serve(port, opened, first)
    if (opened !== null && giveBackFreePages(opened)) giveBackLater(opened)
  })
}

function open(options: WorkerOptions): Answer {
  try {
    opened = new Connection(options)
    return { ok: true, results: [] }
  } catch (error) {
    return { ok: false, failure: failureFrom(error) }
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
      answer(port, request.id, close(connection))
      return
    }
  }
  serveGroup(port, connection, group)
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

function close(connection: Connection): Answer {
  clearImmediate(givingBack)
  givingBack = undefined
  opened = null
  try {
    while (giveBackFreePages(connection));
    connection.close()
    return { ok: true, results: [] }
  } catch (error) {
    return { ok: false, failure: failureFrom(error) }
  }
}

function answer(port: MessagePort, id: number, given: Answer): void {
  port.postMessage({ id, answer: given } satisfies WorkerAnswer)
}

if (parentPort !== null) main(parentPort)
