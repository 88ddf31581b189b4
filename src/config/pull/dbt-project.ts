/** Where a dbt project keeps its files, by its own `dbt_project.yml`. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

export const dbtProjectFile = 'dbt_project.yml'

const paths = (fallback: string) => z.tuple([z.string().min(1)], z.string()).default([fallback])

const projectShape = z.looseObject({
  name: z.string(),
  'model-paths': paths('models'),
  'macro-paths': paths('macros'),
})

export interface DbtProject {
  /** Within the project's folder. */
  readonly models: string
  readonly macros: string
}

/** Null where the folder has no dbt project that can be read. */
export async function readDbtProject(folder: string): Promise<DbtProject | null> {
  const text = await readFile(join(folder, dbtProjectFile), 'utf8').catch(() => null)
  if (text === null) return null
  const parsed = projectShape.safeParse(parsedYaml(text))
  if (!parsed.success) return null
  const { 'model-paths': models, 'macro-paths': macros } = parsed.data
  return { models: models[0], macros: macros[0] }
}

function parsedYaml(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return null
  }
}
