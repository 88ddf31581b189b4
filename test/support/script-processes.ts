/** Processes that run a text as a module: what a test does from several processes at once, and kills. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface ScriptProcesses {
  /** Its standard error is the test's own. */
  start(script: string): ChildProcess
  killAll(): void
}

export function scriptProcesses(): ScriptProcesses {
  const processes: ChildProcess[] = []
  return {
    start: (script) => {
      const started = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      processes.push(started)
      return started
    },
    killAll: () => {
      for (const started of processes.splice(0)) started.kill('SIGKILL')
    },
  }
}

/** Kills the process in the middle of its work, once it has said so many lines; gives all it said. */
export async function killedAfter(child: ChildProcess, lines: number): Promise<readonly string[]> {
  const said: string[] = []
  const reading = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  reading.on('line', (line) => {
    said.push(line)
    if (said.length === lines) child.kill('SIGKILL')
  })
  const [[, signal]] = await Promise.all([once(child, 'exit'), once(reading, 'close')])
  if (signal !== 'SIGKILL') throw new Error(`the process ended by itself, by ${signal}`)
  return said
}
