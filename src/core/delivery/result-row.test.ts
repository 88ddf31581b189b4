import { describe, expect, it } from 'vitest'
import { resultColumns } from '../sql/working-schema.ts'
import type { OperationOutcome } from './outcome.ts'
import { writeResultRow } from './result-row.ts'

describe('an outcome', () => {
  it('is written in the order of the results table', () => {
    const outcome: OperationOutcome = {
      sequence: 7,
      status: 'delivered',
      reason: null,
      message: null,
      hold: null,
      remoteId: '100',
      origin: 'created',
      presence: 'present',
      crmValues: { name: 'Ann' },
      withheld: {},
      reopen: false,
      keepsMatch: false,
    }
    const cells = writeResultRow(outcome, '2026-03-01T10:00:00.000000Z', '750')
    const named = Object.fromEntries(
      Object.keys(resultColumns).map((name, at) => [name, cells[at]]),
    )
    expect(named).toEqual({
      sequence: '7',
      status: 'delivered',
      reason: null,
      message: null,
      hold: null,
      remote_id: '100',
      origin: 'created',
      presence: 'present',
      crm_values: '{"name":"Ann"}',
      withheld: '{}',
      reopen: null,
      keeps_match: null,
      at: '2026-03-01T10:00:00.000000Z',
      job: '750',
    })
  })
})
