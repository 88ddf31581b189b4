/**
 * The versions that another tool kept of an object's records become changes of ours, in the order in which the table is
 * read, many at once. The same row is the same change each time: a take-over that was cut off is done again, and one
 * that is done twice counts once (promise 3). The other tool's table is only read.
 */
import { createHash } from 'node:crypto'
import type { CrmReader, SourceObject } from '../../../connector/source.ts'
import { dropTable } from '../../../core/sql/working-schema.ts'
import type { TableName } from '../../../core/sql/dialect.ts'
import { presets } from '../../../core/history/columns/presets.ts'
import { changesOfVersions } from '../../../core/takeover/changes-of-versions.ts'
import {
  countTakenOver,
  createOwn,
  oldRows,
  type OldTable,
  partsIn,
  readColumns,
} from '../../../core/takeover/old-table.ts'
import {
  type LeftRow,
  type OldVersion,
  readOldVersion,
} from '../../../core/takeover/old-version.ts'
import type { Change } from '../../../model/change.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { LeaseKeeper } from '../../context.ts'
import { verifyPulledAccount } from '../account.ts'
import { chosenFields } from '../chosen-fields.ts'
import { loadContext, type LoadContext } from '../context.ts'
import { emptyReport } from '../drift.ts'
import { pullErrors } from '../errors.ts'
import { describeSafely } from '../leaks.ts'
import { LeftRows } from './left-rows.ts'
import { withPullRun } from '../lifecycle.ts'
import { loadObject } from '../history/load-object.ts'
import {
  type OldTableSaid,
  refuseUnmatched,
  type SeenTable,
  seeOldTable,
  tableText,
} from './old-table.ts'
import { knownObject, type PulledObject } from '../history/pulled-object.ts'
import type { LoadCollaborators, LoadOptions, ObjectReport, PullReport, Versions } from '../pull.ts'
import { readTombstones, type Tombstones } from '../history/tombstones.ts'

export interface TakeOverRequest extends OldTableSaid {
  readonly object: string
  readonly table: TableName
  /** Reads the table, and writes nothing of it. */
  readonly dryRun: boolean
  /** Changes that are loaded together, but for those of the last record; what a killed one has loaded is kept. */
  readonly changesPerLoad?: number
}

interface TakeOver extends Required<Pick<TakeOverRequest, 'changesPerLoad' | 'dryRun'>> {
  readonly context: LoadContext
  readonly metadata: SourceObject
  readonly table: OldTable
  readonly tombstones: Tombstones
}

/** Rows of the table that are read at once. */
const rowsPerPage = 2_000
const usualChangesPerLoad = 20_000

/** Asks the CRM for metadata alone. */
export async function takeOver(
  collaborators: LoadCollaborators & { readonly reader: CrmReader },
  lease: LeaseKeeper,
  options: LoadOptions,
  request: TakeOverRequest,
): Promise<PullReport> {
  const context = await loadContext(collaborators, lease, options)
  return withPullRun(context, async () => {
    await verifyPulledAccount(context)
    const metadata = await describeSafely(context, request.object)
    const { dryRun, changesPerLoad = usualChangesPerLoad } = request
    const report = await context.warehouse.session(async (session) => {
      const known = await knownObject(context, session, metadata)
      const table = await openTable(context, session, { known, metadata }, request)
      const tombstones = await readTombstones(context, session, metadata.name)
      const work = { context, metadata, table, tombstones, dryRun, changesPerLoad }
      return takeAll(work, session, known)
    })
    return { objects: [report], error: null, calls: 0 }
  })
}

async function openTable(
  context: LoadContext,
  session: Session,
  object: { readonly known: PulledObject; readonly metadata: SourceObject },
  request: TakeOverRequest,
): Promise<OldTable> {
  const seen = await seeOldTable(context, session, object, request.table, request)
  if (seen === null) {
    throw pullErrors.no_old_table({ message: `There is no table ${tableText(request.table)}.` })
  }
  refuseUnmatched(object.metadata.name, seen)
  return tableOf(context, object.metadata, seen, request.key)
}

/** Throws `pull.no_versions` for a table that does not say when its rows held. */
function tableOf(
  { sync }: LoadContext,
  { keyKind }: SourceObject,
  { name, columns, matched }: SeenTable,
  keyName: string,
): OldTable {
  const { preset } = sync.history
  const { start, end, active, active_number: number } = partsIn(presets[preset], columns)
  const key = columns.find((column) => column.name === keyName)
  if (start === undefined || end === undefined || key === undefined) {
    const wanted = Object.entries(presets[preset].columns).filter(
      ([, part]) => part === 'start' || part === 'end',
    )
    const missing = [keyName, ...wanted.map(([column]) => column)].filter((one) =>
      columns.every((column) => column.name !== one),
    )
    throw pullErrors.no_versions({
      message: `${tableText(name)} has no column ${missing.join(', ')}, as a table of the preset ${preset} would.`,
      place: sync.place,
    })
  }
  const mergedInto = columns.find((column) => column.name === '_merged_into') ?? null
  return {
    name,
    key,
    keyKind,
    start,
    end,
    active: active ?? number ?? null,
    mergedInto,
    columns: readColumns(matched),
  }
}

async function takeAll(
  work: TakeOver,
  session: Session,
  known: PulledObject,
): Promise<ObjectReport> {
  const { context, dryRun, metadata } = work
  const { dialect } = context
  const { tables } = known
  const takenBefore = await takenOver(context, session, known)
  if (known.isOurs) await session.execute(createOwn(dialect, tables))
  const left = new LeftRows(context, dryRun)
  const taking = new Taking(work, left)
  let read = 0
  try {
    const own = known.isOurs ? tables.own : null
    for await (const page of session.stream(oldRows(dialect, work.table, own), rowsPerPage)) {
      context.signal.throwIfAborted()
      for (const row of page) {
        read += 1
        await taking.take(readOldVersion(work.table, row, read), row[ownFromPlace] ?? null)
      }
      context.progress({ at: 'reading', object: metadata.name, records: read })
    }
    await taking.end()
  } finally {
    await session.execute([dropTable(dialect, tables.own)]).catch(() => undefined)
  }
  const now = dryRun ? known : await knownObject(context, session, metadata)
  const fresh = dryRun ? taking.accepted : (await takenOver(context, session, now)) - takenBefore
  const versions: Versions = {
    taken: fresh,
    known: taking.accepted - fresh,
    left: left.counts(),
  }
  return { ...emptyReport(metadata.name), read, added: taking.added, versions }
}

/** Where `oldRows` has since when the CRM itself told of the record. */
const ownFromPlace = 5

async function takenOver(
  { dialect }: LoadContext,
  session: Session,
  { isOurs, tables }: PulledObject,
): Promise<number> {
  if (!isOurs) return 0
  const [row] = await session.query(countTakenOver(dialect, tables))
  return Number(row?.[0] ?? 0)
}

/** Takes rows in, record by record. */
class Taking {
  accepted = 0
  /** Changes that the log did not hold. */
  added = 0
  readonly #work: TakeOver
  readonly #left: LeftRows
  #record: { readonly versions: OldVersion[]; readonly ownFrom: string | null } | null = null
  #changes: Change[] = []

  constructor(work: TakeOver, left: LeftRows) {
    this.#work = work
    this.#left = left
  }

  /** All rows of a record come one after the other. */
  async take(version: OldVersion | LeftRow, ownFrom: string | null): Promise<void> {
    if (version.key !== null && this.#work.tombstones.has(version.key)) {
      await this.#left.add({ ...version, key: null, reason: 'version.erased', message: '' })
      return
    }
    if ('reason' in version) {
      await this.#left.add(version)
      return
    }
    if (this.#record?.versions[0]?.key !== version.key) {
      await this.#endRecord()
      this.#record = { versions: [], ownFrom }
    }
    this.#record?.versions.push(version)
  }

  async end(): Promise<void> {
    await this.#endRecord()
    await this.#load()
    await this.#left.flush()
  }

  async #endRecord(): Promise<void> {
    if (this.#record === null) return
    const { versions, ownFrom } = this.#record
    this.#record = null
    const { changesPerLoad, context, metadata } = this.#work
    const preset = presets[context.sync.history.preset]
    const told = { object: metadata.name, preset, ownFrom, digest }
    const { changes, left } = changesOfVersions(told, versions)
    this.accepted += versions.length - left.length
    for (const row of left) await this.#left.add(row)
    this.#changes.push(...changes)
    if (this.#changes.length >= changesPerLoad) await this.#load()
  }

  async #load(): Promise<void> {
    const changes = this.#changes
    this.#changes = []
    const { context, dryRun, metadata, table } = this.#work
    if (changes.length === 0 || dryRun) return
    const chosen = chosenFields(context, metadata)
    const gone = table.columns
      .map(({ field }) => field)
      .filter(({ name }) => metadata.fields.every((field) => field.name !== name))
    const loaded = await loadObject(context, metadata, [...chosen, ...gone], changes)
    this.added += loaded.added
    context.progress({ at: 'loaded', object: metadata.name, changes: this.added })
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
