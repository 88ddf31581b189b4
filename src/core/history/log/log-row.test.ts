import { describe, expect, it } from 'vitest'
import { type Change, changeOps } from '../../../model/change.ts'
import { timeOfEvent } from '../../change/event-time.ts'
import { changeColumns } from '../columns/own-columns.ts'
import { type ColumnTexts, logRow } from './log-row.ts'

const at = '2026-03-01T10:00:00.000000Z'

const change: Change = {
  id: 'c1',
  object: 'deals',
  key: '7',
  op: 'update',
  fields: new Map(),
  partial: true,
  ...timeOfEvent(at),
  sequence: 9_007_199_254_740_993n,
  observedAt: at,
  origin: 'webhook',
  mergedInto: '8',
}

/** The cells of the fields, and of `_merged_into`. */
function cells(op: Change['op'], texts: ColumnTexts): unknown {
  const row = logRow({ ...change, op }, texts, at)
  const own = Object.keys(changeColumns)
  return { fields: row.slice(own.length), mergedInto: row[own.indexOf('_merged_into')] }
}

describe('a row of the log', () => {
  it.each(changeOps)('of a %s tells of fields only where there is a record', (op) => {
    const silent = ['delete', 'merge', 'gap'].includes(op)
    expect(cells(op, ['=A', null, ''])).toEqual({
      fields: silent ? [null, null, null] : ['=A', null, ''],
      mergedInto: op === 'merge' ? '8' : null,
    })
  })

  it('keeps every digit of the source sequence', () => {
    expect(logRow(change, [], at)).toContain('9007199254740993')
  })
})
