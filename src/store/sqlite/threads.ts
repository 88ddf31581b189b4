/**
 * The threads of stores. To start one takes several times as long as to open a file: those whose store was closed
 * wait for the next one, and keep no process alive.
 */
import { Worker } from 'node:worker_threads'
import { programModule } from '../../model/program-files.ts'

const waiting: Worker[] = []
/** A state and a journal are what one process has open. */
const mostWaiting = 2

export function takeThread(): Worker {
  return waiting.pop() ?? startThread()
}

/** The thread has closed its file, and owes no answer. */
export function leaveThread(thread: Worker): void {
  for (const event of ['message', 'error', 'exit']) thread.removeAllListeners(event)
  if (waiting.length === mostWaiting) {
    void thread.terminate()
    return
  }
  thread.unref()
  waiting.push(thread)
}

function startThread(): Worker {
  // Flags of the process, `--input-type` for one, are not meant for this script.
  return new Worker(programModule('store/sqlite/sqlite-worker'), {
    name: 'syncline-sqlite',
    execArgv: [],
  })
}
