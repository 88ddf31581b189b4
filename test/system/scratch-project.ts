/**
 * A folder with the project's start-up scripts and an `npm` of our own on the PATH, to try them
 * without installing anything. The `npm` notes each call in calls.log and does what the test wrote.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'

const root = join(import.meta.dirname, '../..')

/** What a good `npm install` leaves behind: the project's own `node`. */
export const goodInstall = `
echo "chatter of npm"
mkdir -p node_modules/.bin
ln -sf "${process.execPath}" node_modules/.bin/node`

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export class ScratchProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'syncline-scratch-'))

  constructor() {
    for (const folder of ['bin', 'scripts', '.ci']) mkdirSync(join(this.folder, folder))
    for (const file of ['scripts/with-install.mjs', '.ci/run']) {
      cpSync(join(root, file), join(this.folder, file))
    }
    this.write('package-lock.json', '{}')
    this.npm(goodInstall)
  }

  write(file: string, content: string): void {
    writeFileSync(join(this.folder, file), content)
  }

  read(file: string): string {
    const path = join(this.folder, file)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }

  /** Replaces `npm` by a shell script, run in the project's folder. */
  npm(script: string): void {
    this.write('bin/npm', `#!/bin/sh\ncd "${this.folder}"\necho "$*" >> calls.log\n${script}\n`)
    chmodSync(join(this.folder, 'bin/npm'), 0o755)
  }

  /** How often `npm install` was called. */
  installs(): number {
    return this.read('calls.log').match(/^install /gm)?.length ?? 0
  }

  start(command: string, ...args: readonly string[]): ChildProcess {
    const path = [join(this.folder, 'bin'), process.env['PATH']].join(delimiter)
    return spawn(command, args, { cwd: this.folder, env: { ...process.env, PATH: path } })
  }

  /** Starts `node scripts/with-install.mjs …`. */
  startWithInstall(...args: readonly string[]): ChildProcess {
    return this.start(process.execPath, 'scripts/with-install.mjs', ...args)
  }

  withInstall(...args: readonly string[]): Promise<Ended> {
    return ended(this.startWithInstall(...args))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export async function ended(child: ChildProcess): Promise<Ended> {
  if (child.stdout === null || child.stderr === null) throw new Error('started without pipes')
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)]
  const closed: [number | null, NodeJS.Signals | null] = await new Promise((resolve) => {
    child.once('close', (code, signal) => resolve([code, signal]))
  })
  return { code: closed[0], signal: closed[1], stdout: await stdout, stderr: await stderr }
}

/** Resolves once the child has written `line` to stdout. */
export async function said(child: ChildProcess, line: string): Promise<void> {
  let heard = ''
  while (!heard.includes(line)) {
    if (child.stdout === null) throw new Error('started without pipes')
    const [chunk] = await once(child.stdout, 'data')
    heard += String(chunk)
  }
}
