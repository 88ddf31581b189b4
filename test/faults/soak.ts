/** `npm run test:soak -- --seeds 10000 --first 1`: as many schedules as one has the patience for. */
import { parseArgs } from 'node:util'
import { describeHarvest, playMany } from './play-many.ts'

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '300' }, first: { type: 'string', default: '1' } },
})
const harvest = await playMany(Number(values.first), Number(values.seeds))
const failed = new Set(harvest.wrong.map((each) => each.split(':')[0])).size
process.stdout.write(`${describeHarvest(harvest)}\n`)
process.stdout.write(`${harvest.played - failed} passed, ${failed} failed\n`)
process.exitCode = harvest.wrong.length === 0 ? 0 : 1
