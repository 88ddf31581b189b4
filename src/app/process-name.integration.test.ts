import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { isGone, newProcessName } from './process-name.ts'

const nameOf = (pid: number): string => newProcessName().replace(`:${process.pid}:`, `:${pid}:`)

describe('a process', () => {
  it('is not gone while it lives, and of another place nobody knows', () => {
    expect(isGone(newProcessName())).toBe(false)
    expect(isGone(newProcessName(), '000000000000')).toBe(false)
    expect(isGone('somebody')).toBe(false)
  })

  it.runIf(process.platform === 'linux')(
    'is gone when it has ended, also where nobody asked what became of it',
    async () => {
      const script = '(read -r line <&3) & echo $!; exec sleep 600'
      const heedless = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] })
      const [told] = (await once(heedless.stdio[1] as Readable, 'data')) as [Buffer]
      const pid = Number(told.toString())
      // A shell asks about its children, what it becomes does not.
      const commandOf = (): string => readFileSync(`/proc/${heedless.pid}/comm`, 'utf8').trim()
      await vi.waitFor(() => expect(commandOf()).toBe('sleep'))
      expect(isGone(nameOf(pid))).toBe(false)
      const lever = heedless.stdio[3] as Writable
      lever.end('\n')
      await vi.waitFor(() => expect(isGone(nameOf(pid))).toBe(true))
      // Still in the table of processes.
      expect(process.kill(pid, 0)).toBe(true)
      heedless.kill('SIGKILL')
      await once(heedless, 'exit')
    },
  )
})
