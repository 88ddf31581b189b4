/** The project's files and what the code in them says, for the tests that watch the rules. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parseSync } from 'vite'

export const root = join(import.meta.dirname, '../..')

/** What is never part of the project: fetched, built, or some user's own. */
const foreignFolders = ['.git', 'node_modules', 'dist', 'coverage', 'syncline-demo', '.syncline']
/** In a worktree `.git` is a file, too. */
const foreignFile = /^\.(env|git)$|\.tgz$|\.(db|duckdb)(-\w+|\.wal)?$/

/** Paths from the root, with `/`, sorted. Of a folder inside it where one is named. */
export function projectFiles(under = ''): readonly string[] {
  const found: string[] = []
  for (const entry of readdirSync(join(root, under), { withFileTypes: true })) {
    const path = posix.join(under, entry.name)
    if (entry.isDirectory() && !foreignFolders.includes(entry.name))
      found.push(...projectFiles(path))
    if (entry.isFile() && !foreignFile.test(entry.name)) found.push(path)
  }
  return found.toSorted()
}

export function readProjectFile(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The product's code: TypeScript under src/ that is no test. */
export function productFiles(): readonly string[] {
  return codeUnder('src')
}

/** The same with the benchmarks and the scripts. */
export function runFiles(): readonly string[] {
  return ['src', 'bench', 'scripts'].flatMap(codeUnder)
}

function codeUnder(folder: string): readonly string[] {
  return projectFiles(folder).filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
}

export interface Import {
  /** As written: `./a.ts`, `node:fs`, `zod`. */
  readonly specifier: string
  readonly line: number
}

/** Every import of a file, once per statement: static, re-exported, type-only and dynamic ones. */
export function importsOf(path: string, text: string): readonly Import[] {
  const { module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  const requests = [
    ...module.staticImports.map((one) => one.moduleRequest),
    ...module.staticExports.flatMap((one) => one.entries.map((entry) => entry.moduleRequest)),
    ...module.dynamicImports.map((one) => one.moduleRequest),
  ]
  const byStart = new Map<number, Import>()
  for (const request of requests) {
    if (request === null || request === undefined) continue
    const specifier = text.slice(request.start, request.end).replace(/^(['"`])(.*)\1$/s, '$2')
    byStart.set(request.start, { specifier, line: lineOf(text, request.start) })
  }
  return [...byStart.values()]
}

export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
