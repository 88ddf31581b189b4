import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { graceMs, withinGrace } from './stop-watch.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const never = new Promise<string>(() => undefined)

test('work that ends in its time is what it came to, and leaves no timer', async () => {
  const stop = new AbortController()
  const work = Promise.withResolvers<string>()
  const within = withinGrace(stop.signal, work.promise)
  stop.abort(new Error('stopped by SIGTERM'))
  vi.advanceTimersByTime(graceMs - 1)
  work.resolve('done')
  expect(await within).toBe('done')
  expect(vi.getTimerCount()).toBe(0)
})

test.each([
  ['before', true],
  ['after', false],
])('work that does not end is over a while after the stop, which came %s it', async (_, early) => {
  const stop = new AbortController()
  if (early) stop.abort(new Error('stopped by SIGTERM'))
  const within = withinGrace(stop.signal, never)
  stop.abort(new Error('stopped by SIGTERM'))
  vi.advanceTimersByTime(graceMs)
  await expect(within).rejects.toMatchObject({
    code: 'app.stopped',
    message: 'The run was stopped by SIGTERM before its end.',
  })
})
