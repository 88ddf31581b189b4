/** What a dbt project is told of a pull: its tables and columns, and what they are called over there. */
import type { NamedObject } from '../../model/object-tables.ts'
import type { PullSync } from '../../model/sync.ts'
import type { Column } from '../../model/value.ts'
import type { Pin } from '../history/columns/pin.ts'
import type { HistoryTables } from '../history/tables/tables.ts'
import type { Dialect, TableName } from '../sql/dialect.ts'
import { tablePrefix } from '../sql/names.ts'

export interface DbtObject extends NamedObject {
  readonly label: string
  /** Fields that hold ids, and the object that these are of. */
  readonly references?: Readonly<Record<string, string>>
  readonly tables: HistoryTables
  /** The column of the record's id. */
  readonly key: Column
  /** In the order of the tables. */
  readonly pins: readonly Pin[]
  readonly lists: readonly DbtList[]
}

/** A view with a row for each element of the lists in a column. */
export interface DbtList {
  readonly column: string
  readonly of: 'current' | 'history'
  readonly view: TableName
  readonly columns: readonly Column[]
}

export interface DbtSync {
  readonly sync: PullSync
  readonly dialect: Dialect
  readonly workingSchema: string
  readonly objects: readonly DbtObject[]
}

/** Of the source with the tables that people query; the prefix of models and variables, too. */
export function sourceName({ name }: Pick<PullSync, 'name'>): string {
  return tablePrefix(name)
}

/** Of the source that tells when each object was read last. */
export function readsSourceName(sync: Pick<PullSync, 'name'>): string {
  return `${sourceName(sync)}_reads`
}

export function stagingModelName(sync: Pick<PullSync, 'name'>, object: NamedObject): string {
  return `stg_${sourceName(sync)}__${tablePrefix(object.name)}`
}

export function latestModelName(sync: Pick<PullSync, 'name'>, object: NamedObject): string {
  return `${sourceName(sync)}__${tablePrefix(object.name)}_latest`
}

/** Without the key, where a field's column is called like it. */
export function fieldColumns({ key, pins }: Pick<DbtObject, 'key' | 'pins'>): readonly Pin[] {
  return pins.filter(({ name }) => name !== key.name)
}
