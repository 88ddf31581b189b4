import { afterAll, beforeAll, expect, it } from 'vitest'
import { tierLimits } from '../../src/simulator/hubspot/request/rate-limits.ts'
import { type CliWorld, createCliWorld } from './cli-world.ts'

let world: CliWorld

beforeAll(async () => {
  world = await createCliWorld({ limits: tierLimits.professional })
})
afterAll(() => world.close())

it('limits are those that the CRM told, with what is used of them', async () => {
  const { stdout } = await world.cli('limits')
  expect(stdout).toMatch(/^ {2}burst +190 per 10 s +[12] used, 18[89] left +https:/m)
  expect(stdout).toMatch(/^ {2}search +5 per 1 s +https:/m)
  const { json } = await world.cli('limits', '--json')
  expect(json).toMatchObject({
    connections: [
      { limits: [{ limit: 'burst', max: 190, left: expect.any(Number) }, { left: null }, {}] },
    ],
  })
})
