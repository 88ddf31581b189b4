import { afterAll, expect, it } from 'vitest'
import { killPulls } from '../../crash/kill-pulls.ts'
import { postgresPlaces } from '../../crash/places.ts'

const patience = { timeout: 3_600_000 }
const postgres = await postgresPlaces()
afterAll(() => postgres.close())

it('the receipt of webhooks killed on PostgreSQL is made good', patience, async () => {
  const { deaths, wrong } = await killPulls(postgres.next, ['received'])
  expect(wrong).toEqual([])
  expect(deaths).toBeGreaterThan(20)
})
