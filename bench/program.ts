/**
 * The program that is measured: the one that users install, compiled. A quick run, which only shows
 * that a benchmark works, takes the sources as they are.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const isQuick = process.argv.includes('--quick')

/** A file of the program: `moduleFile('cli/main')`. */
export function moduleFile(name: string): string {
  return fileURLToPath(
    new URL(isQuick ? `../src/${name}.ts` : `../dist/${name}.js`, import.meta.url),
  )
}

/** The file to run with Node. */
export const program = moduleFile('cli/main')

/** Compiles the sources of this moment, where `program` is the compiled one. */
export function buildProgram(): void {
  if (isQuick) return
  const script = fileURLToPath(new URL('../scripts/build.ts', import.meta.url))
  const built = spawnSync(process.execPath, [script], { stdio: ['ignore', 2, 2] })
  if (built.status !== 0) throw new Error('the program could not be built')
}
