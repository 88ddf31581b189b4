/** Everything that a dbt project is given for a pull. */
import { type DbtSync, latestModelName, sourceName, stagingModelName } from './dbt-sync.ts'
import { latestModel } from './latest-model.ts'
import { overlapTest } from './overlap-test.ts'
import type { Properties } from './column-properties.ts'
import { modelProperties } from './model-properties.ts'
import { sourceProperties } from './source-properties.ts'
import { stagingModel } from './staging-model.ts'
import { sharedTables } from '../sql/names.ts'

/** Paths within the folder of the dbt project, with `/`. */
export interface DbtFolders {
  readonly models: string
  readonly macros: string
}

export interface DbtFile {
  readonly path: string
  readonly content:
    | { readonly kind: 'sql' | 'macro'; readonly text: string }
    | { readonly kind: 'yaml'; readonly properties: Properties }
}

/** The folder of the models of a sync: nothing of another sync is in it. */
export function modelFolder(folders: DbtFolders, sync: Pick<DbtSync['sync'], 'name'>): string {
  return `${folders.models}/syncline/${sourceName(sync)}`
}

export function dbtFiles(input: DbtSync, folders: DbtFolders): readonly DbtFile[] {
  const { sync, objects, workingSchema } = input
  const folder = modelFolder(folders, sync)
  const sources = sourceProperties(input, sharedTables(workingSchema).reads.table)
  return [
    yaml(`${folder}/sources.yml`, sources),
    yaml(`${folder}/models.yml`, modelProperties(input)),
    ...objects.flatMap((object) => [
      sql(`${folder}/${stagingModelName(sync, object)}.sql`, stagingModel(input, object)),
      sql(`${folder}/${latestModelName(sync, object)}.sql`, latestModel(input, object)),
    ]),
    {
      path: `${folders.macros}/syncline/${overlapTest.name}.sql`,
      content: { kind: 'macro', text: overlapTest.text },
    },
  ]
}

function sql(path: string, text: string): DbtFile {
  return { path, content: { kind: 'sql', text } }
}

function yaml(path: string, properties: Properties): DbtFile {
  return { path, content: { kind: 'yaml', properties } }
}
