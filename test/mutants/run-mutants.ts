/**
 * `npm run test:mutants`: breaks a copy of the code in one place after the other and sees that the
 * tests notice. A word as argument runs those with it in their name or their file's.
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Mutant } from './mutant.ts'
import { mutants } from './mutants.ts'

const root = join(import.meta.dirname, '../..')
const copied = ['src', 'test', 'scripts', 'package.json', 'tsconfig.json', 'vitest.config.ts']

const wanted = process.argv[2] ?? ''
const chosen = mutants.filter(({ name, file }) => `${name} ${file}`.includes(wanted))
if (chosen.length === 0) throw new Error(`no mutant has ${wanted} in its name or its file's`)
const copy = mkdtempSync(join(tmpdir(), 'syncline-mutants-'))
let missed = 0
try {
  for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
  // Tests that fail anyway would catch everything.
  const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))]
  if (!passes(tests)) throw new Error(`these must pass unchanged: ${tests.join(', ')}`)
  for (const mutant of chosen) {
    const caught = isCaught(mutant)
    if (!caught) missed += 1
    const verdict = caught ? 'caught' : 'MISSED'
    process.stdout.write(`${verdict}  promise ${mutant.promise}: ${mutant.name}\n`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
process.stdout.write(`${chosen.length - missed} passed, ${missed} failed\n`)
process.exitCode = missed === 0 ? 0 : 1

function isCaught({ file, search, replace, tests }: Mutant): boolean {
  const path = join(copy, file)
  const text = readFileSync(path, 'utf8')
  if (text.split(search).length !== 2) throw new Error(`${file}: not exactly once: ${search}`)
  writeFileSync(
    path,
    text.replace(search, () => replace),
  )
  try {
    // One after the other: the quick ones often suffice.
    return tests.some((test) => !passes([test]))
  } finally {
    writeFileSync(path, text)
  }
}

function passes(tests: readonly string[]): boolean {
  for (const test of tests) {
    if (!existsSync(join(copy, test))) throw new Error(`there is no ${test}`)
  }
  const bin = join(root, 'node_modules/.bin')
  const { status } = spawnSync('vitest', ['run', '--bail', '1', ...tests], {
    cwd: copy,
    stdio: 'ignore',
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
  })
  return status === 0
}
