/** Use cases of leaving another tool: its versions are taken over, and the names and types of its columns. */
import type { PullSync } from '../../model/sync.ts'
import { objectTables } from '../../model/object-tables.ts'
import {
  type ColumnImport,
  importColumns,
  type ImportedObject,
  type ImportRequest,
} from '../../engine/pull/takeover/import-columns.ts'
import { takeOver, type TakeOverRequest } from '../../engine/pull/takeover/take-over.ts'
import type { CrmReader, ReadableObject } from '../../connector/source.ts'
import type { LoadCollaborators, LoadOptions } from '../../engine/pull/pull.ts'
import { callsSince, type EndpointCount } from '../call-counts.ts'
import { ofCrm } from '../workspace/crm-failure.ts'
import { loadCollaborators } from './load-collaborators.ts'
import { betweenLoads, type Progress, type PullResult, refuseToStart } from './pull-sync.ts'
import { pulledObject, refuseUnpulled } from './pulled-object.ts'
import { type HeldRun, runUnderLease } from '../run/run-under-lease.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { ColumnImport, ImportedObject, ImportRequest }

interface Watched {
  readonly signal: AbortSignal
  readonly progress: (event: Progress) => void
}

/** `object`: null where the name of the table tells it, or the sync pulls one alone. */
export type TableRequest = Omit<TakeOverRequest, 'object'> &
  Watched & { readonly object: string | null }

/** Throws `app.stopped` where `signal` ended it before there was anything to report. */
export async function takeOverTable(
  workspace: Workspace,
  sync: PullSync,
  request: TableRequest,
): Promise<PullResult> {
  const { source } = await workspace.source(sync.crm)
  const object = objectOf(sync, source.objects, request)
  refuseUnsaid(sync, request.columns)
  return underLease(workspace, sync, request, ({ collaborators, held }) =>
    takeOver(collaborators, held.lease, optionsOf(held), { ...request, object: object.name }),
  )
}

/** The same of the columns alone; a dry run tells also what stands against it. */
export async function importOldColumns(
  workspace: Workspace,
  sync: PullSync,
  request: ImportRequest & Watched,
): Promise<ColumnImport & { readonly calls: readonly EndpointCount[] }> {
  refuseUnpulled(sync, [...request.objects, ...request.tables.keys()])
  refuseUnsaid(sync, request.columns)
  return underLease(workspace, sync, request, ({ collaborators, held }) =>
    importColumns(collaborators, held.lease, optionsOf(held), request),
  )
}

interface Work {
  readonly collaborators: LoadCollaborators & { readonly reader: CrmReader }
  readonly held: HeldRun
}

async function underLease<T>(
  workspace: Workspace,
  sync: PullSync,
  { dryRun, progress, signal }: Watched & { readonly dryRun: boolean },
  work: (given: Work) => Promise<T>,
): Promise<T & { readonly calls: readonly EndpointCount[] }> {
  await refuseToStart(workspace, sync, { dryRun })
  const { reader } = await workspace.source(sync.crm)
  const collaborators = { ...(await loadCollaborators(workspace, sync, progress)), reader }
  return runUnderLease(workspace, sync, { ...betweenLoads, signal, progress }, async (held) => {
    const before = reader.calls()
    const done = await ofCrm(workspace, sync.crm, work({ collaborators, held }))
    return { ...done, calls: callsSince(before, reader.calls()) }
  })
}

function optionsOf({ runId, signal }: HeldRun): LoadOptions {
  return { runId, kind: 'backfill', signal }
}

/** Tools call their tables after objects, as syncs do. */
function objectOf(
  sync: PullSync,
  objects: readonly ReadableObject[],
  { object, table }: Pick<TableRequest, 'object' | 'table'>,
): ReadableObject {
  const named = objects.filter((one) => {
    const { history, current } = objectTables(sync.tables, one)
    return sync.objects.includes(one.name) && [history, current].includes(table.table)
  })
  const [only, another] = named
  const found = another === undefined ? (only?.name ?? null) : null
  return pulledObject(sync, objects, object ?? found)
}

function refuseUnsaid(sync: PullSync, { mapped }: ImportRequest['columns']): void {
  refuseUnpulled(
    sync,
    mapped.map(({ object }) => object),
  )
}
