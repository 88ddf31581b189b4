/**
 * Runs the named suites one after the other, each to its end whatever the others gave, and closes
 * with `N passed, N failed`: `node scripts/run-suites.ts lint pure`. What follows `--` goes to
 * vitest, e.g. the name of a file. What failed is listed before the sums.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isSuiteName, type SuiteName, suites } from './suites.ts'
import { closingLine, suiteLine, sumOf, type Tally, tallyOfExit, tallyOfReport } from './tally.ts'
import type { VitestReport } from './tally.ts'

const [names, vitestArguments] = split(process.argv.slice(2))
const unknown = names.filter((name) => !isSuiteName(name))
if (names.length === 0 || unknown.length > 0) {
  process.stderr.write(`Name suites out of: ${Object.keys(suites).join(', ')}.\n`)
  process.exit(2)
}

const results: { line: string; tally: Tally }[] = []
for (const name of names.filter(isSuiteName)) {
  process.stdout.write(`\n== ${name}\n`)
  const begun = performance.now()
  const tally = await runSuite(name)
  results.push({ line: suiteLine(name, tally, performance.now() - begun), tally })
}

const sum = sumOf(results.map((result) => result.tally))
const failures = sum.failures.map((failure) => `failed: ${failure}`)
const lines = ['', ...failures, ...results.map((result) => result.line), closingLine(sum)]
process.stdout.write(`${lines.join('\n')}\n`)
process.exitCode = sum.failed === 0 ? 0 : 1

function split(given: string[]): [suites: string[], rest: string[]] {
  const dashes = given.indexOf('--')
  return dashes < 0 ? [given, []] : [given.slice(0, dashes), given.slice(dashes + 1)]
}

async function runSuite(name: SuiteName): Promise<Tally> {
  const suite = suites[name]
  return 'tests' in suite ? runTests(suite.tests) : tallyOfExit(name, await run(suite.command))
}

async function runTests(project: string): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-suite-'))
  const file = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const succeeded = await run([
      'vitest',
      'run',
      '--project',
      project,
      ...reporters,
      ...vitestArguments,
    ])
    const report = readReport(file)
    return report === null ? tallyOfExit(project, false) : tallyOfReport(report, succeeded)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Null where vitest died before it wrote one. */
function readReport(file: string): VitestReport | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport
  } catch {
    return null
  }
}

function run(command: readonly string[]): Promise<boolean> {
  const [file, ...rest] = command
  if (file === undefined) throw new Error('a suite without a command')
  return new Promise((resolve) => {
    const stdio = ['ignore', 'inherit', 'inherit'] as const
    const child = spawn(file, rest, { stdio: [...stdio], shell: process.platform === 'win32' })
    child.once('error', (error) => {
      process.stderr.write(`${file}: ${error.message}\n`)
      resolve(false)
    })
    child.once('exit', (code) => resolve(code === 0))
    endTogether(child)
  })
}

/** Asked to end, this process ends its child first: nothing goes on without anyone listening. */
function endTogether(child: ChildProcess): void {
  const end = (signal: NodeJS.Signals): void => {
    child.once('exit', () => process.exit(1))
    child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, end)
  child.once('exit', () => {
    for (const signal of signals) process.off(signal, end)
  })
}
