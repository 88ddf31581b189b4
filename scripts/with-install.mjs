/**
 * Runs a command under the project's own Node, after installing what package-lock.json names where
 * that has not happened yet: `node scripts/with-install.mjs <command> [argument…]`. It is the first
 * thing a fresh clone runs, so it keeps to Node 20 and to what Node brings along. All it has to say
 * goes to stderr; stdout belongs to the command.
 */
import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const marker = join(modules, '.syncline-installed')
const lock = join(modules, '.syncline-install-lock')
const windows = process.platform === 'win32'
const lookAgainAfterMs = 100
const giveUpAfterMs = 15 * 60_000

// `--no-save`: an installation is no reason to rewrite the lockfile of a clone. `--include=dev`: Node
// itself comes as a development dependency, whatever NODE_ENV says.
const installArguments =
  'install --no-save --include=dev --no-audit --no-fund --loglevel=error'.split(' ')

const [command, ...commandArguments] = process.argv.slice(2)
if (command === undefined) {
  fail('usage: node scripts/with-install.mjs <command> [argument…]', 2)
}
if (!isInstalled()) await underLock(installIfNeeded)
leaveLike(await run(command, commandArguments, 'inherit'))

/** What must be the same for an installation to be the right one. */
function wanted() {
  const lockfile = readFileSync(join(root, 'package-lock.json'))
  const digest = createHash('sha256').update(lockfile).digest('hex')
  return `${digest} ${process.platform}-${process.arch}\n`
}

function isInstalled() {
  return existsSync(marker) && readFileSync(marker, 'utf8') === wanted()
}

/** Whoever held the lock before may have done the work already. */
async function installIfNeeded() {
  if (isInstalled()) return
  process.stderr.write('Installing what package-lock.json names (once)…\n')
  const installing = wanted()
  rmSync(marker, { force: true })
  const result = await run('npm', installArguments, ['ignore', 2, 2])
  if (result.code !== 0) {
    process.stderr.write('npm install did not succeed; nothing was started.\n')
    leaveLike(result)
  }
  if (!existsSync(join(modules, '.bin', windows ? 'node.cmd' : 'node'))) {
    fail('npm did not install Node 24 (package `node`). Are install scripts switched off?', 1)
  }
  writeFileSync(marker, installing)
}

/**
 * The lock is a directory holding one file named after its owner's process. It appears whole, by a
 * rename, and is inherited from a dead owner by renaming that file, so that one heir wins.
 */
async function underLock(work) {
  mkdirSync(modules, { recursive: true })
  const owner = `${process.pid}-${randomUUID()}`
  const release = () => {
    // Away in one step: an emptied lock would count as free while it is still being removed.
    if (!existsSync(join(lock, owner)) || !moved(lock, `${lock}-${owner}`)) return
    rmSync(`${lock}-${owner}`, { recursive: true, force: true })
  }
  await acquire(owner)
  process.once('exit', release)
  try {
    await work()
  } finally {
    release()
    process.off('exit', release)
  }
}

async function acquire(owner) {
  const mine = `${lock}-${owner}`
  mkdirSync(mine)
  writeFileSync(join(mine, owner), '')
  const begun = Date.now()
  try {
    while (!moved(mine, lock) && !inherited(owner)) {
      if (Date.now() - begun > giveUpAfterMs) {
        fail(`another installation seems to hang; end it, or remove ${lock}`, 1)
      }
      await sleep(lookAgainAfterMs)
    }
  } finally {
    rmSync(mine, { recursive: true, force: true })
  }
}

/** Takes over from an owner whose process is gone. */
function inherited(owner) {
  const holder = holderOf(lock)
  if (holder === undefined || isAlive(Number.parseInt(holder, 10))) return false
  return moved(join(lock, holder), join(lock, owner))
}

function holderOf(directory) {
  try {
    return readdirSync(directory)[0]
  } catch {
    return undefined
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** A rename that may lose a race; other troubles are told. */
function moved(from, to) {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOTDIR'].includes(error.code)) return false
    throw error
  }
}

/** Starts a child with the project's commands first on the PATH and hands signals on to it. */
function run(file, args, stdio) {
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  const path = [join(modules, '.bin'), process.env[pathName]].filter(Boolean).join(delimiter)
  const env = { ...process.env, [pathName]: path }
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: process.cwd(), stdio, env, shell: windows })
    const handOn = (signal) => {
      // A terminal sends its interrupt to the child as well; twice would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, handOn)
    const end = (result) => {
      for (const signal of signals) process.off(signal, handOn)
      resolve(result)
    }
    child.once('error', (error) => {
      process.stderr.write(`${file} could not be started: ${error.message}\n`)
      end({ code: 127, signal: null })
    })
    child.once('exit', (code, signal) => end({ code, signal }))
  })
}

/** Ends as the child did: same exit code, or the same signal. */
function leaveLike({ code, signal }) {
  if (signal !== null) process.kill(process.pid, signal)
  process.exit(signal === null ? code : 128 + constants.signals[signal])
}

function fail(message, code) {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}
