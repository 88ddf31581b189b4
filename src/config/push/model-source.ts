/** Finds what a push reads: a query file, a table, or the table of a dbt model. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { ModelSource } from '../../model/sync.ts'
import type { DbtManifest } from './dbt-manifest.ts'
import { configErrors } from '../errors.ts'
import { keyPlaceAt, type Located, placeAt } from '../yaml/located.ts'
import { nearest } from '../../model/nearest.ts'
import type { PushOptions } from '../options/push-options.ts'
import { type Problem, problem } from '../problem.ts'

export interface ModelScope {
  readonly directory: string
  readonly dbt: DbtManifest
}

export async function modelSource(
  from: PushOptions['from'],
  tree: Located,
  scope: ModelScope,
): Promise<ModelSource | Problem> {
  if (from.model !== undefined) return queryFile(from.model, tree, scope.directory)
  if (from.table !== undefined) return tableName(from.table, tree)
  if (from.dbt !== undefined) {
    const answer = await scope.dbt.find(from.dbt)
    if (answer.ok) return answer.model
    const place = placeAt(tree, ['from', 'dbt'])
    return problem(configErrors.model, { place, ...answer.fault, found: from.dbt })
  }
  const message = 'A push reads from exactly one of `model`, `table` and `dbt`.'
  return problem(configErrors.missing, { place: keyPlaceAt(tree, ['from']), message })
}

async function queryFile(
  path: string,
  tree: Located,
  directory: string,
): Promise<ModelSource | Problem> {
  const text = await readProjectFile(path, tree, ['from', 'model'], directory)
  return typeof text === 'string' ? { kind: 'query', file: path, text } : text
}

/** The text of a file that an option names, or what is wrong with it. */
export async function readProjectFile(
  path: string,
  tree: Located,
  option: readonly string[],
  directory: string,
): Promise<string | Problem> {
  const place = placeAt(tree, option)
  let text: string
  try {
    text = await readFile(resolve(directory, path), 'utf8')
  } catch {
    const message = `The file ${path} can not be read.`
    const meant = await nearestFile(path, directory)
    return problem(configErrors.missing_file, { place, message, found: path, nearest: meant })
  }
  if (text.trim() !== '') return text
  const remedy = 'Write it, or name another file.'
  return problem(configErrors.missing_file, {
    place,
    message: `The file ${path} is empty.`,
    found: path,
    remedy,
  })
}

async function nearestFile(path: string, directory: string): Promise<string | null> {
  try {
    const folder = dirname(path)
    const names = await readdir(resolve(directory, folder))
    return nearest(
      path,
      names.map((name) => join(folder, name).replaceAll('\\', '/')),
    )
  } catch {
    return null
  }
}

/** Parts may stand in double quotes, as in SQL, where they hold a dot or a blank. */
const part = '(?:"((?:[^"]|"")+)"|([^".\\s]+))'
const tablePattern = new RegExp(`^(?:${part}\\.)?${part}$`)

function tableName(text: string, tree: Located): ModelSource | Problem {
  const match = tablePattern.exec(text)
  if (match === null) {
    return problem(configErrors.value, {
      place: placeAt(tree, ['from', 'table']),
      message: 'This is not the name of a table.',
      expected: 'schema.table, with double quotes around a part that holds a dot or a blank',
      found: text,
    })
  }
  const schema = match[1]?.replaceAll('""', '"') ?? match[2] ?? null
  const table = match[3]?.replaceAll('""', '"') ?? match[4] ?? ''
  return { kind: 'table', schema, table }
}
