import { afterAll, expect, it } from 'vitest'
import { killPulls } from '../../crash/kill-pulls.ts'
import { PlainHosts } from '../../support/plain-host.ts'

const hosts = new PlainHosts()
afterAll(() => hosts.close())

it('a pull killed at any edge is made good by the next run', { timeout: 3_600_000 }, async () => {
  const { deaths, wrong } = await killPulls(() => hosts.next(), true)
  expect(wrong).toEqual([])
  expect(deaths).toBeGreaterThan(100)
})
