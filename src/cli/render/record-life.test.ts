import { expect, it } from 'vitest'
import type { RecordChange, RecordLife } from '../../app/pull/explain-pulled.ts'
import type { PullSync } from '../../model/sync.ts'
import { recordLifeJson, recordLifeLines } from './record-life.ts'

const at = (hour: number): string => `2026-03-01T0${hour}:00:00.000000Z`

function read(hour: number, values: RecordChange['values']): RecordChange {
  const times = { eventAt: at(hour), shownAt: at(hour), observedAt: at(hour), loadedAt: at(9) }
  return { op: 'read', ...times, origin: 'read', mergedInto: null, id: `${hour}`, values }
}

const changes = [
  read(1, { title: 'A', label: null, note: null }),
  read(2, { title: null, label: null, note: 'n' }),
  read(3, { title: null, label: null, note: 'n' }),
]

const life: RecordLife = { sync: 'crm', object: 'deals', key: '1', versions: [], changes }

it('of a change only fields are shown that have a value or lost one; the JSON has all', () => {
  const sync = { name: 'crm', crm: 'pipes' } as PullSync
  expect(recordLifeLines(sync, life)).toEqual([
    'crm pipes deals 1',
    '  changes, as they are sorted:',
    `    ${at(1)} read, by read, loaded ${at(9)}`,
    '        title: "A"',
    `    ${at(2)} read, by read, loaded ${at(9)}`,
    '        title: (empty)',
    '        note: "n"',
    `    ${at(3)} read, by read, loaded ${at(9)}`,
    '        note: "n"',
    '  no version: nothing opened the record',
  ])
  expect(recordLifeJson(life)).toMatchObject({ changes: changes.map(({ values }) => ({ values })) })
})
