import { expect, it } from 'vitest'
import { DailyShare, type ToldDay } from './daily-share.ts'

const words = { whose: "the org's", what: 'requests', option: 'percent', renewed: 'wait' }

/** A request whose answer comes when the test says so. */
function sent(share: DailyShare): (used: number) => Promise<ToldDay> {
  let answer: (day: ToldDay) => void = () => undefined
  const answered = share.counting(
    () => new Promise<ToldDay>((resolve) => (answer = resolve)),
    (day) => day,
  )
  return (used) => {
    answer({ used, max: 50 })
    return answered
  }
}

it('counts what is under way as used', async () => {
  const share = new DailyShare(80, words)
  share.note(38, 50)
  const [first, second] = [sent(share), sent(share)]
  expect(() => share.require()).toThrow(
    "38 of the org's 50 requests are used and 2 under way, and percent is 80; wait",
  )
  await first(39)
  expect(() => share.require()).toThrow('39 of')
  await second(39)
  expect(() => share.require()).not.toThrow()
})

it('takes a request that got no answer as not under way any more', async () => {
  const share = new DailyShare(80, words)
  share.note(39, 50)
  const lost = share.counting<ToldDay>(
    () => Promise.reject(new Error('reset')),
    (day) => day,
  )
  await expect(lost).rejects.toThrow('reset')
  expect(() => share.require()).not.toThrow()
})

it('believes a lower count only of a request that began after the last was told', async () => {
  const share = new DailyShare(80, words)
  const [early, late] = [sent(share), sent(share)]
  await late(40)
  await early(39)
  expect(share.day()).toEqual({ max: 50, remaining: 10 })
  await sent(share)(12)
  expect(share.day()).toEqual({ max: 50, remaining: 38 })
})
