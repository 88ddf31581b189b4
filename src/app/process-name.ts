/**
 * Names of processes in leases: `<host>:<pid>:<place>:<chance>`. The place stands for one start of one
 * kernel and one space of process ids, so that a process id is compared only where it means the same.
 */
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, uptime } from 'node:os'

export interface ProcessName {
  readonly host: string
  readonly pid: number
  readonly place: string
}

/** Of this process; another at each call. */
export function newProcessName(): string {
  return [hostname(), process.pid, thisPlace, newChance()].join(':')
}

/** Another name of the process that has this one: what it holds by the one keeps out the other (promise 7). */
export function anotherName(name: string): string {
  return name.replace(/[^:]*$/, newChance())
}

function newChance(): string {
  return randomUUID().slice(0, 8)
}

/** Null for a name of another form. */
export function readProcessName(name: string): ProcessName | null {
  const [, host, pid, place] = /^(.+):(\d+):([0-9a-f]{12}):[0-9a-f]{8}$/.exec(name) ?? []
  if (host === undefined || pid === undefined || place === undefined) return null
  return { host, pid: Number(pid), place }
}

/**
 * Whether the process is gone for certain. Of another machine or container nothing is certain; nor is
 * it where its id was given to a new process meanwhile.
 */
export function isGone(name: string, place: string = thisPlace): boolean {
  const known = readProcessName(name)
  if (known === null || known.place !== place) return false
  try {
    process.kill(known.pid, 0)
    return isUnburied(known.pid)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

/** Whether all that is left is the entry that a parent has not asked about: in a container it may never do so. */
function isUnburied(pid: number): boolean {
  try {
    // The name before the state stands in parentheses and may hold any character.
    return /^.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const thisPlace = createHash('sha256').update(placeText()).digest('hex').slice(0, 12)

function placeText(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    // On Linux the two are there, or process ids may be those of another container: no place is shared.
    if (process.platform === 'linux') return randomUUID()
  }
  const minuteMs = 60_000
  return `${hostname()} ${Math.round((Date.now() - uptime() * 1_000) / minuteMs)}`
}
