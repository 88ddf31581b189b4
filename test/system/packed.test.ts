import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, ended } from './scratch-project.ts'

const root = join(import.meta.dirname, '../..')

let folder: string
let simulator: ChildProcess | undefined

/** What `npm run` tells its scripts of this repository; how npm is set up on the machine stays. */
const ofThisRepository = /^npm_(?!config_)|^npm_config_local_prefix$|^NODE_OPTIONS$|^INIT_CWD$/i

/** As a user with Node 24 would start it: that `node` first on the PATH. */
function sh(command: string, ...args: readonly string[]): ChildProcess {
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  const own = Object.entries(process.env).filter(([name]) => !ofThisRepository.test(name))
  const env = { ...Object.fromEntries(own), PATH: path }
  return spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function good(child: ChildProcess): Promise<Ended> {
  const end = await ended(child)
  if (end.code !== 0) throw new Error(`exit code ${end.code}: ${end.stdout}${end.stderr}`)
  return end
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-packed-'))
  await good(spawn('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root }))
  const [tarball = ''] = readdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  await good(sh('npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', `./${tarball}`))
})
afterAll(async () => {
  if (simulator !== undefined && simulator.exitCode === null) {
    const gone = once(simulator, 'exit')
    simulator.kill('SIGTERM')
    await gone
  }
  rmSync(folder, { recursive: true, force: true })
})

describe('the packed package', () => {
  it('brings no development dependency and no second Node along', () => {
    const installed = readdirSync(join(folder, 'node_modules'))
    expect(installed).toContain('syncline')
    expect(installed.filter((name) => ['node', 'typescript', 'vitest'].includes(name))).toEqual([])
  })

  it('says its version and its commands', async () => {
    const { stdout } = await good(sh('npx', 'syncline', '--version'))
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect((await good(sh('npx', 'syncline', '--help'))).stdout).toContain('  plan ')
  })

  it('exports the seams and their conformance suites', async () => {
    const script = `
      import { defineSource, duckdbDialect, SynclineError } from 'syncline'
      import { journalConformance, ledgerConformance, warehouseCases } from 'syncline/testing'
      const values = [defineSource, SynclineError, journalConformance, ledgerConformance]
      console.log(values.every((value) => typeof value === 'function'), duckdbDialect.name, warehouseCases.length > 0)`
    const { stdout } = await good(sh('node', '--input-type=module', '--eval', script))
    expect(stdout).toBe('true duckdb true\n')
  })

  it('makes a project for a local HubSpot that is a process of its own', async () => {
    // Not by npx, which would be the one to get the signal at the end.
    const program = join(folder, 'node_modules/.bin/syncline')
    simulator = sh(program, 'simulate', 'hubspot', '--port', '0', '--json')
    if (simulator.stdout === null) throw new Error('started without pipes')
    const [line] = await once(simulator.stdout, 'data')
    const { url } = JSON.parse(String(line))
    await good(sh('npx', 'syncline', 'init', '--hubspot-url', url, '-C', 'project'))
    const plan = await good(sh('npx', 'syncline', 'plan', '-C', 'project'))
    expect(plan.stdout).toContain('100 to create, 0 to update')
    const run = await good(sh('npx', 'syncline', 'run', '--first', '-C', 'project'))
    expect(run.stdout).toContain('outcome: 100 delivered')
  })

  it('makes a project that plans and runs at once, with nothing else running', async () => {
    const made = await good(sh('npx', 'syncline', 'init', '-C', 'alone'))
    expect(made.stdout).toContain('\n  npx syncline plan -C alone\n')
    const plan = await good(sh('npx', 'syncline', 'plan', '-C', 'alone'))
    expect(plan.stdout).toContain('100 to create, 0 to update')
    const run = await good(sh('npx', 'syncline', 'run', '--first', '-C', 'alone'))
    expect(run.stdout).toContain('outcome: 100 delivered')
  })

  it('says what to start where no local HubSpot listens', async () => {
    const url = ['--hubspot-url', 'http://127.0.0.1:9']
    await good(sh('npx', 'syncline', 'init', ...url, '-C', 'deaf'))
    const { code, stderr } = await ended(sh('npx', 'syncline', 'plan', '-C', 'deaf'))
    expect([code, stderr]).toEqual([3, expect.stringContaining('npx syncline simulate hubspot')])
  })

  it('plays the demo', async () => {
    const { stdout } = await good(sh('npx', 'syncline', 'demo', '--json'))
    expect(JSON.parse(stdout)).toMatchObject({
      first: { created: 5000 },
      second: { updated: 50 },
      third: { calls: 0 },
    })
  })
})
