/**
 * dbt in a folder of its own, installed by the first test that asks: exactly the versions of requirements.txt. A machine
 * without Python can't have it. Continuous integration must, and puts Python there where it is missing.
 */
import { type ExecFileException, execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const requirements = join(import.meta.dirname, 'requirements.txt')
const caches = join(import.meta.dirname, '../../../node_modules/.cache')
const isCi = process.env['CI'] === 'true'

export type DbtProgram =
  | { readonly path: string }
  /** Why there is none. */
  | { readonly missing: string }

/** Throws in continuous integration where there can be none. */
export async function dbtProgram(): Promise<DbtProgram> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const folder = join(caches, `dbt-${digest}`)
  const path = join(folder, 'bin', 'dbt')
  if (existsSync(join(folder, 'installed'))) return { path }
  try {
    rmSync(folder, { recursive: true, force: true })
    await makeEnvironment(folder)
    await install(folder)
    return { path }
  } catch (error) {
    if (isCi) throw error
    return { missing: reasonOf(error) }
  }
}

/** The programs of an environment name its folder: it can't be made elsewhere and moved. */
async function makeEnvironment(folder: string): Promise<void> {
  mkdirSync(caches, { recursive: true })
  const python = await findPython()
  if (python !== null) await run(python, ['-m', 'venv', folder])
  else if (isCi) await makeWithDebian(folder)
  else throw new Error('there is no Python 3.11 to 3.13 with venv on the PATH')
}

async function install(folder: string): Promise<void> {
  const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-deps']
  const wanted = ['--only-binary', ':all:', '--requirement', requirements]
  const pip = ['-m', 'pip', 'install', ...options, ...wanted]
  await run(join(folder, 'bin', 'python'), pip)
  writeFileSync(join(folder, 'installed'), '')
}

/** Debian's Python comes without what makes environments. */
async function makeWithDebian(folder: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '--quiet'], { env })
  const packages = ['python3', 'python3-venv']
  await run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { env })
  await run('/usr/bin/python3', ['-m', 'venv', folder])
}

/** One that can make environments, and for which all of the requirements have wheels. */
async function findPython(): Promise<string | null> {
  const check = 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', '/usr/bin/python3']) {
    const isGood = await run(name, ['-c', check]).then(
      () => true,
      () => false,
    )
    if (isGood) return name
  }
  return null
}

function reasonOf(error: unknown): string {
  const { message, stderr } = error as ExecFileException
  const said = (stderr ?? '').trim().split('\n').at(-1) ?? ''
  return said === '' ? message : said
}
