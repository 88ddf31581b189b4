/** The sync files of a project: the path below `syncs/`, without its ending, is the name. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { configErrors } from '../errors.ts'
import { type Problem, problem } from '../problem.ts'

export interface SyncFile {
  readonly name: string
  /** Relative to the project, with `/`. */
  readonly file: string
}

export interface SyncFiles {
  /** By name. */
  readonly files: readonly SyncFile[]
  readonly problems: readonly Problem[]
}

const folder = 'syncs'
const validName = /^[A-Za-z0-9][A-Za-z0-9_-]*(\/[A-Za-z0-9][A-Za-z0-9_-]*)*$/

export async function findSyncFiles(directory: string): Promise<SyncFiles> {
  const paths = await yamlPaths(join(directory, folder))
  const files: SyncFile[] = []
  const problems: Problem[] = []
  const byName = new Map<string, string>()
  for (const path of paths) {
    const file = `${folder}/${path}`
    const name = path.replace(/\.ya?ml$/, '')
    // Some file systems do not tell upper and lower case apart; names never differ by it alone.
    const other = byName.get(name.toLowerCase())
    if (!validName.test(name)) {
      const message = `\`${name}\` can not be the name of a sync.`
      problems.push(problem(configErrors.sync_name, { place: { file }, message }))
    } else if (other !== undefined) {
      const message = `This file and ${other} would be the same sync.`
      problems.push(problem(configErrors.sync_name, { place: { file }, message }))
    } else {
      byName.set(name.toLowerCase(), file)
      files.push({ name, file })
    }
  }
  return { files, problems }
}

async function yamlPaths(root: string): Promise<string[]> {
  let entries: readonly string[]
  try {
    entries = await readdir(root, { recursive: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  return entries
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.ya?ml$/.test(path) && !path.split('/').some((one) => one.startsWith('.')))
    .toSorted()
}
