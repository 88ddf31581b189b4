import { afterAll, expect, it } from 'vitest'
import { killPulls } from '../../crash/kill-pulls.ts'
import { plainPlaces, postgresPlaces } from '../../crash/places.ts'

const patience = { timeout: 3_600_000 }
const places = plainPlaces()
const postgres = await postgresPlaces()
afterAll(async () => {
  await places.close()
  await postgres.close()
})

it('a pull killed at any edge is made good by the next run', patience, async () => {
  const { deaths, wrong } = await killPulls(places.next, true)
  expect(wrong).toEqual([])
  expect(deaths).toBeGreaterThan(100)
})

it('the receipt of webhooks killed on PostgreSQL is made good, too', patience, async () => {
  const { deaths, wrong } = await killPulls(postgres.next, false, ['received'])
  expect(wrong).toEqual([])
  expect(deaths).toBeGreaterThan(20)
})
