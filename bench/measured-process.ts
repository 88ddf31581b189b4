/** Runs a program as a process of its own, and tells what it took. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { median } from './bench-result.ts'

export interface Measured {
  /** From before the start until the end. */
  readonly ms: number
  /** Time on processors, all threads together: what others on the machine do hardly changes it. */
  readonly cpuMs: number
  /** Most memory it ever held. */
  readonly peakBytes: number
  readonly stdout: string
  readonly stderr: string
}

const preload = fileURLToPath(new URL('./report-usage.ts', import.meta.url))

/** Runs `node <args>`. An exit code other than 0 is an error with what the program said. */
export async function measure(args: readonly string[], directory: string): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-bench-usage-'))
  const usageFile = join(folder, 'usage.json')
  try {
    const started = performance.now()
    const child = spawn(process.execPath, ['--import', preload, ...args], {
      cwd: directory,
      env: { ...process.env, BENCH_USAGE_FILE: usageFile },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      ended,
    ])
    const ms = performance.now() - started
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}${stdout}`)
    const usage: Pick<Measured, 'cpuMs' | 'peakBytes'> = JSON.parse(
      await readFile(usageFile, 'utf8'),
    )
    return { ms, ...usage, stdout, stderr }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function medianOf(all: readonly Measured[], what: 'ms' | 'cpuMs'): number {
  return median(all.map((one) => one[what]))
}
