/**
 * Where the program's own files are at run time: under src/, as Node runs it out of a clone, or under dist/, where
 * modules are joined into others (`scripts/build.ts`). This module alone stays where it is, and the others ask it.
 */
const root = new URL('../', import.meta.url)

/** Out of a clone, or as an installed package. */
export const runsFromSource = import.meta.url.endsWith('.ts')

/** A file that is no module, by its path below src/. */
export function programFile(path: string): URL {
  return new URL(path, root)
}

/** A module to start, by its path below src/ without extension; one that `scripts/build.ts` names. */
export function programModule(name: string): URL {
  return programFile(`${name}.${runsFromSource ? 'ts' : 'js'}`)
}
