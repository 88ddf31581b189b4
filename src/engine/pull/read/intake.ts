/**
 * Takes what a read finds into the warehouse, in pages. The warehouse is held only while a page is written, so that
 * a person can query it meanwhile; a value that fits into no column gets one first.
 */
import { type FieldUse, fieldUse } from '../../../core/change/choose-fields.ts'
import { logColumns, readColumns } from '../../../core/history/columns/own-columns.ts'
import { addReadFields } from '../../../core/history/tables/create.ts'
import { workingColumns } from '../../../core/sql/working-schema.ts'
import type { Resolution } from '../../../model/change.ts'
import type { Row } from '../../../model/value.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import { requireRows } from '../history/load-changes.ts'
import type { ComparedContext } from '../context.ts'
import { type Placed, placeAll, placeKnown } from '../history/place-all.ts'
import { pinned } from '../history/prepare-object.ts'
import type { PulledObject } from '../history/pulled-object.ts'
import { type Finding, keptFields, readRow } from '../history/read-row.ts'
import type { Tombstones } from '../history/tombstones.ts'

/** Values that are written at once: some megabytes of whatever width; each time costs a commit. */
const valuesPerPage = 200_000

/** Whatever takes in what is read. */
export interface Taking {
  add(findings: readonly Finding[]): Promise<void>
  /** Writes what waits. */
  flush(): Promise<void>
}

export class Intake implements Taking {
  readonly #context: ComparedContext
  readonly #resolution: Resolution
  readonly #useOf: (field: string) => FieldUse
  readonly #tombstones: Tombstones
  #erased = 0
  #taken = 0
  #isRepeated = true
  #object: PulledObject
  #waiting: Row[] = []

  constructor(
    context: ComparedContext,
    object: PulledObject,
    resolution: Resolution,
    tombstones: Tombstones,
  ) {
    this.#context = context
    this.#object = object
    this.#resolution = resolution
    this.#tombstones = tombstones
    this.#useOf = fieldUse(object.object.name, context.sync.fields)
  }

  /** As it is now: what was taken in may have added columns. */
  object(): PulledObject {
    return this.#object
  }

  /** Findings about erased records, which were left out. */
  erased(): number {
    return this.#erased
  }

  async add(findings: readonly Finding[]): Promise<void> {
    const { hashSecret } = this.#context.sync.fields
    const wanted = findings.filter(({ key }) => !this.#tombstones.has(key))
    this.#erased += findings.length - wanted.length
    const kept = wanted.map(({ fields }) => ({
      fields: keptFields(fields, this.#useOf, hashSecret),
    }))
    // Rows take a fraction of the memory that what the connector told takes, and most of them wait.
    const { object, texts } = await this.#place(kept)
    this.#grow(object)
    for (const [index, finding] of wanted.entries()) {
      this.#waiting.push(readRow(finding, this.#resolution, texts[index] ?? []))
    }
    const values = this.#waiting.length * this.#target().columns.length
    if (values >= valuesPerPage) await this.flush()
  }

  async flush(): Promise<void> {
    const rows = this.#waiting
    this.#waiting = []
    if (rows.length === 0) return
    const { warehouse } = this.#context
    this.#taken += await warehouse.session((session) => session.load(this.#target(), [rows]))
  }

  /** To be called when all is taken in, before anything is concluded from it. */
  async settle(): Promise<void> {
    const { dialect, warehouse } = this.#context
    const { read } = this.#object.tables
    const keys = await warehouse.session((session) =>
      requireRows(session, dialect, read, this.#taken),
    )
    this.#isRepeated = keys < this.#taken
  }

  /** Whether some record was met more than once. */
  isRepeated(): boolean {
    return this.#isRepeated
  }

  /** What waits says nothing of columns that came after it. */
  #grow(object: PulledObject): void {
    const added = object.pins.slice(this.#object.pins.length).map(() => null)
    this.#object = object
    if (added.length > 0) this.#waiting = this.#waiting.map((row) => [...row, ...added])
  }

  #place(told: readonly Pick<Finding, 'fields'>[]): Promise<Placed> | Placed {
    const { dialect, dryRun, warehouse } = this.#context
    if (dryRun) return placeKnown(this.#context, this.#object, told)
    return placeAll(this.#context, this.#object, told, (object, added) =>
      warehouse.session(async (session) => {
        const grown = await pinned(this.#context, session, object, added)
        await session.execute(addReadFields(dialect, grown.tables, added))
        return grown
      }),
    )
  }

  #target(): Parameters<Session['load']>[0] {
    const { dialect } = this.#context
    const { pins, tables } = this.#object
    const columns = [...workingColumns(dialect, readColumns), ...logColumns(dialect, pins)]
    return { ...tables.read, columns }
  }
}
