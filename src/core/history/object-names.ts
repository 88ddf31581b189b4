/** How the tables of a pulled object are called: by the sync's templates, and apart from those of other syncs. */
import type { PullSync } from '../../model/sync.ts'
import { tablePrefix } from '../sql/names.ts'
import type { ObjectNames } from './tables.ts'

export interface NamedObject {
  readonly name: string
  readonly singular: string
}

export function objectNames(
  sync: Pick<PullSync, 'name' | 'schema' | 'tables'>,
  object: NamedObject,
  workingSchema: string,
): ObjectNames {
  return {
    schema: sync.schema,
    changes: filled(sync.tables.changes, object),
    history: filled(sync.tables.history, object),
    current: filled(sync.tables.current, object),
    workingSchema,
    scratch: `${tablePrefix(sync.name)}__${tablePrefix(object.name)}`,
  }
}

function filled(template: string, { name, singular }: NamedObject): string {
  return template.replaceAll('{object}', name).replaceAll('{singular}', singular)
}
