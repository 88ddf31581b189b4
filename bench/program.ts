/**
 * The program that is measured: the one that users install. A quick run, which only shows
 * that a benchmark works, takes the sources as they are.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const isQuick = process.argv.includes('--quick')

/** The file to run with Node. */
export const program = fileURLToPath(
  new URL(isQuick ? '../src/cli/main.ts' : '../dist/cli/main.js', import.meta.url),
)

/** Builds the sources of this moment, where `program` is what is built of them. */
export function buildProgram(): void {
  if (isQuick) return
  const script = fileURLToPath(new URL('../scripts/build.ts', import.meta.url))
  const built = spawnSync(process.execPath, [script], { stdio: ['ignore', 2, 2] })
  if (built.status !== 0) throw new Error('the program could not be built')
}
