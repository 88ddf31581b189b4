/** Which objects a pull is of, and what their tables are called. */
import type { NamedObject } from '../../model/object-tables.ts'
import type { TableTemplates } from '../../model/sync.ts'
import { type PullOptions, tableDefaults } from '../options/pull-options.ts'
import type { ConnectionKind, SourceTypes } from '../project.ts'

export interface SourceScope {
  readonly kinds: ReadonlyMap<string, ConnectionKind | null> | null
  readonly sources: SourceTypes
}

/** What can be pulled of the connection's CRM; null where that is not known. */
export function readableObjects(
  { from }: PullOptions,
  { kinds }: Pick<SourceScope, 'kinds'>,
): readonly NamedObject[] | null {
  return kinds?.get(from.connection)?.objects ?? null
}

/** In the order of the file, or of the source; without those that are not there. */
export function pulledObjects(options: PullOptions, scope: SourceScope): readonly NamedObject[] {
  const known = readableObjects(options, scope) ?? []
  const { objects = known.map(({ name }) => name) } = options.from
  return objects.flatMap((name) => known.find((object) => object.name === name) ?? [])
}

export function tableTemplates({ to: { tables } }: PullOptions): TableTemplates {
  return typeof tables === 'string' ? { ...tableDefaults, history: tables } : tables
}
