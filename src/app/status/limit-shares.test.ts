import { describe, expect, it } from 'vitest'
import { sharesOf } from './limit-shares.ts'

const now = 100_000
const calls = 2
const owner = (name: string, held: number, busy: number) => ({
  owner: name,
  held,
  busy,
  need: held,
  turn: 1,
  validUntil: now + 5_000,
  requestMs: 1_000,
})
const record = {
  owners: [owner('worker', 150, 90), owner('server', 30, 4)],
  unowned: [
    { freeAt: now, count: 3 },
    { freeAt: now + 1, count: 7 },
  ],
}

describe('the use of a limit', () => {
  it('is that of each process, of those that left, and of others', () => {
    expect(sharesOf(record, { max: 190, left: 60 }, calls, now)).toEqual({
      processes: [
        { owner: 'worker', held: 150, used: 90 },
        { owner: 'server', held: 30, used: 4 },
      ],
      ended: 7,
      others: 27,
    })
  })

  it('counts who was silent for too long among the ended', () => {
    const [first, second] = record.owners
    const silent = { ...record, owners: [{ ...first, validUntil: now }, second] }
    expect(sharesOf(silent as typeof record, { max: 190, left: 60 }, calls, now)).toMatchObject({
      processes: [{ owner: 'server' }],
      ended: 97,
      others: 27,
    })
  })

  it.each([
    ['is not known of others where the CRM tells nothing', null, null],
    ['is no less than nothing of others, as our own count may be ahead of the CRM’s', 150, 0],
  ])('%s', (_what, left, others) => {
    expect(sharesOf(record, { max: 190, left }, calls, now).others).toBe(others)
  })

  it('is that of others alone where nobody shared it', () => {
    expect(sharesOf(undefined, { max: 190, left: 178 }, calls, now)).toEqual({
      processes: [],
      ended: 0,
      others: 10,
    })
  })
})
