import { describe, expect, it } from 'vitest'
import type { Hole } from '../../model/subscription.ts'
import {
  afterCatchUp,
  afterInterruption,
  afterLook,
  afterRestart,
  type CatchUp,
  dueCatchUp,
  whileMissing,
  withoutSubscription,
} from './hole.ts'

const minute = 60_000
const terms = { triesForMs: 3 * minute, silentForMs: 30 * minute }

/** Looks each ten minutes, with what each showed; gives what was read at which minute, and whether a hole is left. */
function story(
  begin: Hole | null,
  looks: readonly (boolean | null)[],
): { readonly read: readonly string[]; readonly left: boolean } {
  const read: string[] = []
  let hole = begin
  for (const [index, failing] of looks.entries()) {
    const now = index * 10 * minute
    hole = afterLook(hole, failing, now, terms)
    const due: CatchUp | null = hole === null ? null : dueCatchUp(hole, now)
    if (hole === null || due === null) continue
    read.push(`${now / minute}: ${due}`)
    hole = afterCatchUp(hole, now, terms)
  }
  return { read, left: hole !== null }
}

const ok = false
const failing = true
const unknown = null

describe('a hole', () => {
  it.each<[string, Hole | null, readonly (boolean | null)[], readonly string[]]>([
    ['nothing is read while deliveries succeed', null, [ok, ok], []],
    ['that nobody can ask about is none', null, [unknown, ok], []],
    [
      'by a subscription that was not there takes everything, once',
      withoutSubscription,
      [ok, ok],
      ['0: everything'],
    ],
    [
      'by an interruption that the CRM outlasts takes changes',
      afterInterruption(null, 2 * minute, terms),
      [ok, ok],
      ['0: changes'],
    ],
    [
      'by one that the CRM does not outlast takes everything',
      afterInterruption(null, 3 * minute, terms),
      [ok, ok],
      ['0: everything'],
    ],
    [
      'by one of unknown length takes everything',
      afterInterruption(null, null, terms),
      [ok],
      ['0: everything'],
    ],
    [
      'with failing deliveries takes changes at once, and everything when they succeed',
      null,
      [ok, failing, failing, ok, ok],
      ['10: changes', '30: everything'],
    ],
    [
      'that may have been silence takes everything when that is over, though nothing was delivered since',
      afterInterruption(null, 0, terms),
      [failing, failing, failing, failing, failing],
      ['0: changes', '30: everything'],
    ],
    [
      'that goes on is read on, but not everything again before its end',
      null,
      [failing, failing, failing, failing, failing, failing, failing, ok, ok],
      ['0: changes', '30: everything', '60: changes', '70: everything'],
    ],
    [
      'about which the CRM can’t be asked counts as open',
      afterInterruption(null, null, terms),
      [unknown, unknown, ok],
      ['0: changes', '20: everything'],
    ],
    [
      'is no loss because the CRM can’t be asked',
      afterInterruption(null, 0, terms),
      [unknown, unknown, ok],
      ['0: changes', '20: changes'],
    ],
  ])('%s', (_name, begin, looks, read) => {
    expect(story(begin, looks).read).toEqual(read)
  })

  it('is one with what was missed before it', () => {
    const lossy = afterInterruption(null, null, terms)
    expect(afterInterruption(lossy, 0, terms)).toEqual(lossy)
    expect(afterInterruption(afterInterruption(null, 0, terms), null, terms)).toEqual(lossy)
    const open = afterLook(null, failing, 0, terms)
    expect(afterInterruption(open, null, terms)).toEqual(open)
  })

  it('is open while there is no subscription, and goes on with the one before it', () => {
    const missing = whileMissing(null, 0, terms)
    expect([dueCatchUp(missing, 0), dueCatchUp(missing, 30 * minute)]).toEqual([
      'changes',
      'everything',
    ])
    const failed = afterLook(afterInterruption(null, 0, terms), unknown, 0, terms)
    const later = whileMissing(failed, 10 * minute, terms)
    expect(later).toEqual({ ...failed, isLoss: true })
    expect(whileMissing(withoutSubscription, 0, terms)).toEqual(missing)
  })

  it('is no longer silent for a successor than the CRM can be, whatever its clock shows', () => {
    const open = whileMissing(null, 100 * minute, terms)
    expect(afterRestart(open, 110 * minute, terms)).toEqual(open)
    expect(afterRestart(open, 0, terms).silentUntil).toBe(30 * minute)
  })

  it('stays open while deliveries fail, and is closed by what is read after that', () => {
    expect(story(null, [failing]).left).toBe(true)
    expect(story(null, [failing, ok]).left).toBe(false)
  })
})
