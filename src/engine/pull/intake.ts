/**
 * Takes what a read finds into the warehouse, in pages. The warehouse is held only while a page is written, so that
 * a person can query it meanwhile; a value that fits into no column gets one first.
 */
import { type FieldUse, fieldUse } from '../../core/change/choose-fields.ts'
import { logColumns, readColumns } from '../../core/history/columns.ts'
import { addReadFields } from '../../core/history/create.ts'
import type { ColumnTexts } from '../../core/history/log-row.ts'
import { workingColumns } from '../../core/sql/working-schema.ts'
import type { Resolution } from '../../model/change.ts'
import type { Row } from '../../model/value.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import { requireRows } from '../load-changes.ts'
import type { ComparedContext } from './conclude-read.ts'
import { type Placed, placeAll, placeKnown } from './place-all.ts'
import type { PulledObject } from './prepare-object.ts'
import { type Finding, keptFields, readRow } from './read-row.ts'
import type { Tombstones } from './tombstones.ts'

const nothing: ColumnTexts = new Map()

/** Findings that are written at once: some megabytes of an object with many fields; each time costs a checkpoint. */
const findingsPerPage = 10_000

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
  #object: PulledObject
  #waiting: Finding[] = []

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
    for (const finding of findings) {
      if (this.#tombstones.has(finding.key)) {
        this.#erased += 1
        continue
      }
      const fields = keptFields(finding.fields, this.#useOf, hashSecret)
      this.#waiting.push({ ...finding, fields })
    }
    if (this.#waiting.length >= findingsPerPage) await this.flush()
  }

  async flush(): Promise<void> {
    const findings = this.#waiting
    this.#waiting = []
    if (findings.length === 0) return
    await this.#context.warehouse.session(async (session) => {
      const { dryRun } = this.#context
      const placed = dryRun
        ? placeKnown(this.#context, this.#object, findings)
        : await placeAll(this.#context, session, this.#object, findings)
      await this.#grow(session, placed.object)
      this.#taken += await session.load(this.#target(), [this.#rows(findings, placed)])
    })
  }

  /** To be called when all is taken in, before anything is concluded from it. */
  async settle(): Promise<void> {
    const { dialect, warehouse } = this.#context
    const { read } = this.#object.tables
    await warehouse.session((session) => requireRows(session, dialect, read, this.#taken))
  }

  async #grow(session: Session, object: PulledObject): Promise<void> {
    const added = object.pins.slice(this.#object.pins.length)
    this.#object = object
    if (added.length === 0) return
    await session.execute(addReadFields(this.#context.dialect, object.tables, added))
  }

  #target(): Parameters<Session['load']>[0] {
    const { dialect } = this.#context
    const { pins, tables } = this.#object
    const columns = [...workingColumns(dialect, readColumns), ...logColumns(dialect, pins)]
    return { ...tables.read, columns }
  }

  #rows(findings: readonly Finding[], { object, texts }: Placed): readonly Row[] {
    const names = object.pins.map(({ name }) => name)
    return findings.map((finding, index) =>
      readRow(finding, this.#resolution, texts[index] ?? nothing, names),
    )
  }
}
