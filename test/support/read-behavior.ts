/** A connector's BEHAVIOR.md: what its vendor does that nobody expects, and the test that holds us to it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Behavior {
  /** Cells of each row: a surprise, why it matters, the name of a test. */
  readonly rows: readonly (readonly [string, string, string])[]
  /** The text of the folder's tests, with names in templates as `%s`. */
  readonly tests: string
}

export function readBehavior(folder: string): Behavior {
  const tests = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8').replace(/\$\{\w+\}/g, '%s'))
  const rows = readFileSync(join(folder, 'BEHAVIOR.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, surprise = '', why = '', name = '']) => [surprise, why, name] as const)
  return { rows, tests: tests.join('\n') }
}
