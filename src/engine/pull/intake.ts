/**
 * Takes what a read finds into the warehouse, in pages. The warehouse is held only while a page is written, so that
 * a person can query it meanwhile; a value that fits into no column gets one first.
 */
import { type FieldUse, fieldUse } from '../../core/change/choose-fields.ts'
import { logColumns, readColumns } from '../../core/history/columns.ts'
import { addReadFields } from '../../core/history/create.ts'
import { pinsByField } from '../../core/history/pin.ts'
import { placeFields } from '../../core/history/place-fields.ts'
import { workingColumns } from '../../core/sql/working-schema.ts'
import type { Resolution } from '../../model/change.ts'
import type { Row } from '../../model/value.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import type { LoadContext } from './context.ts'
import { makeRoom } from './load-object.ts'
import type { PulledObject } from './prepare-object.ts'
import { type Finding, keptFields, readRow } from './read-row.ts'

/** Findings that are written at once: some megabytes of an object with many fields. */
const findingsPerPage = 5_000

export class Intake {
  readonly #context: LoadContext
  readonly #resolution: Resolution
  readonly #useOf: (field: string) => FieldUse
  #object: PulledObject
  #waiting: Finding[] = []

  constructor(context: LoadContext, object: PulledObject, resolution: Resolution) {
    this.#context = context
    this.#object = object
    this.#resolution = resolution
    this.#useOf = fieldUse(object.object.name, context.sync.fields)
  }

  /** As it is now: what was taken in may have added columns. */
  object(): PulledObject {
    return this.#object
  }

  async add(findings: readonly Finding[]): Promise<void> {
    const { hashSecret } = this.#context.sync.fields
    for (const finding of findings) {
      const fields = keptFields(finding.fields, this.#useOf, hashSecret)
      this.#waiting.push({ ...finding, fields })
    }
    if (this.#waiting.length >= findingsPerPage) await this.flush()
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    const findings = this.#waiting
    this.#waiting = []
    if (findings.length === 0) return
    await this.#context.warehouse.session(async (session) => {
      const { dialect, tables } = { ...this.#context, ...this.#object }
      const known = this.#object.pins.length
      this.#object = await makeRoom(this.#context, session, this.#object, findings)
      const added = this.#object.pins.slice(known)
      if (added.length > 0) await session.execute(addReadFields(dialect, tables, added))
      await session.load(...this.#page(findings))
    })
  }

  #page(findings: readonly Finding[]): Parameters<Session['load']> {
    const { dialect } = this.#context
    const { pins, tables } = this.#object
    const columns = pinsByField(pins)
    const names = pins.map(({ name }) => name)
    const rows = findings.map(
      (finding): Row =>
        readRow(finding, this.#resolution, placeFields(finding.fields, columns).texts, names),
    )
    const own = workingColumns(dialect, readColumns)
    return [{ ...tables.read, columns: [...own, ...logColumns(dialect, pins)] }, [rows]]
  }
}
