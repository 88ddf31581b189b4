/** What each preset shows of one past and one active version: names, ends and flags as the other tool writes them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PresetName } from '../../src/model/sync.ts'
import { tableReference } from '../../src/core/sql/names.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import type { OracleChange } from './oracle.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPulledObject, type PulledObject } from './pulled-object.ts'

const first = '2026-03-01T10:00:00.000000Z'
const second = '2026-03-01T11:30:00.000000Z'

const change = (id: string, eventAt: string, title: string): OracleChange => ({
  id,
  key: '1',
  op: 'read',
  partial: false,
  eventAt,
  shownAt: eventAt,
  rank: 0,
  sequence: 0,
  observedAt: eventAt,
  mergedInto: null,
  fields: { title },
})

interface Shown {
  readonly columns: readonly string[]
  readonly past: readonly (string | null)[]
  readonly active: readonly (string | null)[]
  /** Of a record that was deleted: its end is no other version's beginning. */
  readonly closed: readonly (string | null)[]
}

const expected: Readonly<Record<PresetName, Shown>> = {
  cdc: {
    columns: ['_cdc_start', '_cdc_end', '_cdc_active'],
    past: [first, second, 'false'],
    active: [second, null, 'true'],
    closed: [first, second, 'false'],
  },
  fivetran: {
    columns: ['_fivetran_start', '_fivetran_end', '_fivetran_active'],
    past: [first, '2026-03-01T11:29:59.999000Z', 'false'],
    active: [second, '9999-12-31T23:59:59.999000Z', 'true'],
    closed: [first, second, 'false'],
  },
  dlt: {
    columns: ['_dlt_valid_from', '_dlt_valid_to'],
    past: [first, second],
    active: [second, null],
    closed: [first, second],
  },
  dbt_snapshot: {
    columns: ['dbt_updated_at', 'dbt_valid_from', 'dbt_valid_to'],
    past: [first, first, second],
    active: [second, second, null],
    closed: [first, first, second],
  },
  airbyte: {
    columns: ['_airbyte_start_at', '_airbyte_end_at', '_airbyte_active_row'],
    past: [first, second, '0'],
    active: [second, null, '1'],
    closed: [first, second, '0'],
  },
}

describe.each(warehouseNames)('on %s', (name) => {
  let object: PulledObject

  beforeAll(async () => {
    object = await openPulledObject(name, [{ name: 'title', kind: 'text' }])
    await object.load([
      change('a', first, 'A'),
      change('b', second, 'B'),
      { ...change('c', first, 'C'), key: '2' },
      { ...change('d', second, 'D'), key: '2', op: 'delete', fields: {} },
    ])
  })

  afterAll(() => object.close())

  /** Another preset has other names, which no view can be given in place. */
  async function shown(preset: PresetName, columns: readonly string[]): Promise<unknown> {
    const { dialect, tables } = object
    const views = [tables.current, tables.history]
    await object.work((session) =>
      session.execute(views.map((view) => statement(`drop view ${tableReference(dialect, view)}`))),
    )
    await object.show('table', preset)
    const history = tableReference(dialect, tables.history)
    const types = await object.work((session) => session.describe(`select * from ${history}`))
    const texts = columns.map((column) => {
      const type = types.find((one) => one.name === column)
      if (type === undefined) throw new Error(`the view has no column ${column}`)
      return dialect.canonicalText(dialect.quote(column), type)
    })
    return object.work((session) =>
      session.query(
        statement(`select ${texts.join(', ')} from ${history} order by ${dialect.quote('title')}`),
      ),
    )
  }

  it.each(Object.entries(expected))('%s', async (preset, { columns, past, active, closed }) => {
    expect(await shown(preset as PresetName, columns)).toEqual([past, active, closed])
  })

  it('a snapshot of dbt has an id of its own for each version', async () => {
    const ids = (await shown('dbt_snapshot', ['dbt_scd_id'])) as readonly (readonly string[])[]
    expect(ids.flat()).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ])
    expect(new Set(ids.flat()).size).toBe(3)
  })
})
