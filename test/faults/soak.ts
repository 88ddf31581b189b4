/** `npm run test:soak -- --crm salesforce --seeds 10000 --first 1`: as many schedules as one has the patience for. */
import { parseArgs } from 'node:util'
import { describeHarvest, playMany } from './play-many.ts'
import { isCrmName, stages } from './stages.ts'

const { values } = parseArgs({
  options: {
    crm: { type: 'string', default: 'hubspot' },
    seeds: { type: 'string', default: '300' },
    first: { type: 'string', default: '1' },
  },
})
const { crm } = values
if (!isCrmName(crm)) throw new Error(`--crm is one of ${Object.keys(stages).join(', ')}`)
const harvest = await playMany(crm, Number(values.first), Number(values.seeds))
const failed = new Set(harvest.wrong.map((each) => each.split(':')[0])).size
process.stdout.write(`${describeHarvest(harvest)}\n`)
process.stdout.write(`${harvest.played - failed} passed, ${failed} failed\n`)
process.exitCode = harvest.wrong.length === 0 ? 0 : 1
