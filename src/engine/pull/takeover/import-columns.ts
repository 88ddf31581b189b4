/**
 * Names and types of columns are taken from the tables of the tool that is replaced, and pinned, so that what was built
 * on these goes on working. Every table is looked at before anything is written, and each object's columns are then
 * pinned at once: an import that was cut off is done again, and what is pinned stays as it is.
 */
import type { CrmReader, SourceObject } from '../../../connector/source.ts'
import {
  importPins,
  type ImportedColumn,
  type ImportedPins,
} from '../../../core/takeover/import-pins.ts'
import type { UnmatchedColumn } from '../../../core/takeover/match-columns.ts'
import { objectTables } from '../../../model/object-tables.ts'
import type { LeaseKeeper } from '../../context.ts'
import { verifyPulledAccount } from '../account.ts'
import { loadContext, type LoadContext } from '../context.ts'
import { pullErrors } from '../errors.ts'
import { refuseForeignTables } from '../history/foreign-tables.ts'
import { describeSafely } from '../leaks.ts'
import { openPull } from '../lifecycle.ts'
import {
  type OldTableSaid,
  pinnable,
  refuseUnmatched,
  type SeenTable,
  seeOldTable,
  tableText,
} from './old-table.ts'
import { pinned } from '../history/prepare-object.ts'
import { knownObject, type PulledObject } from '../history/pulled-object.ts'
import type { LoadCollaborators, LoadOptions } from '../pull.ts'

export interface ImportRequest extends OldTableSaid {
  readonly schema: string
  /** Names of tables by objects, where they are not those that the sync gives its own. */
  readonly tables: ReadonlyMap<string, string>
  /** Objects of the sync that are meant; empty for all. */
  readonly objects: readonly string[]
  /** Shows what would be pinned, and what stands against it. */
  readonly dryRun: boolean
}

export interface ImportedObject {
  readonly object: string
  /** `schema.table`; null where there is none for it. */
  readonly table: string | null
  readonly columns: readonly ImportedColumn[]
  readonly unmatched: readonly UnmatchedColumn[]
  /** Fields with another column already, as sentences. */
  readonly conflicts: readonly string[]
}

export interface ColumnImport {
  readonly sync: string
  readonly objects: readonly ImportedObject[]
}

interface Looked {
  readonly known: PulledObject
  readonly metadata: SourceObject
  readonly seen: SeenTable | null
  readonly imported: ImportedPins
}

type ImportContext = LoadContext & { readonly reader: CrmReader }

/** Throws `pull.no_old_table`, `pull.unmatched_columns`, `pull.pinned_column`; asks the CRM for metadata alone. */
export async function importColumns(
  collaborators: LoadCollaborators & { readonly reader: CrmReader },
  lease: LeaseKeeper,
  options: LoadOptions,
  request: ImportRequest,
): Promise<ColumnImport> {
  const context = await loadContext(collaborators, lease, options)
  const { sync } = context
  await openPull(context)
  await verifyPulledAccount(context)
  const looked: Looked[] = []
  for (const name of request.objects.length === 0 ? sync.objects : request.objects) {
    looked.push(await lookAt(context, name, request))
  }
  refuseNone(context, looked, request)
  if (!request.dryRun) {
    for (const one of looked) refuseUnclear(one)
    for (const one of looked) await pin(context, one)
  }
  return { sync: sync.name, objects: looked.map(reportOf) }
}

async function lookAt(
  context: ImportContext,
  name: string,
  request: ImportRequest,
): Promise<Looked> {
  const { dialect, sync, warehouse } = context
  const metadata = await describeSafely(context, name)
  const { history, current } = objectTables(sync.tables, metadata)
  const given = request.tables.get(name)
  return warehouse.session(async (session) => {
    const known = await knownObject(context, session, metadata)
    let seen: SeenTable | null = null
    for (const table of given === undefined ? [history, current] : [given]) {
      const place = { schema: request.schema, table }
      seen ??= await seeOldTable(context, session, { known, metadata }, place, request)
    }
    const matched = (seen?.matched ?? []).map(({ column, field }) => ({
      column,
      field: pinnable(context, name, field),
    }))
    return { known, metadata, seen, imported: importPins(dialect, known.pins, matched) }
  })
}

function refuseNone(
  { sync }: LoadContext,
  looked: readonly Looked[],
  { schema, tables }: ImportRequest,
): void {
  const missing = looked.filter(({ seen }) => seen === null)
  const named = missing.find(({ metadata }) => tables.has(metadata.name))
  if (named === undefined && missing.length < looked.length) return
  const [object] = named === undefined ? looked : [named]
  const name = object?.metadata.name ?? ''
  throw pullErrors.no_old_table({
    message:
      named === undefined
        ? `Schema ${schema} has a table for no object of sync ${sync.name}.`
        : `There is no table ${schema}.${tables.get(name) ?? ''} for ${name}.`,
  })
}

function refuseUnclear({ imported, metadata, seen }: Looked): void {
  if (seen === null) return
  const { conflicts } = imported
  if (conflicts.length > 0) {
    throw pullErrors.pinned_column({
      message: `${tableText(seen.name)}: ${conflicts.join('; ')}.`,
    })
  }
  refuseUnmatched(metadata.name, seen)
}

async function pin(context: LoadContext, { known, imported }: Looked): Promise<void> {
  if (imported.added.length === 0) return
  await context.warehouse.session(async (session) => {
    if (!known.isOurs) await refuseForeignTables(context, session, known)
    await pinned(context, session, known, imported.added)
  })
}

function reportOf({ metadata, seen, imported }: Looked): ImportedObject {
  return {
    object: metadata.name,
    table: seen === null ? null : tableText(seen.name),
    columns: imported.columns,
    unmatched: seen?.unmatched ?? [],
    conflicts: imported.conflicts,
  }
}
