/** Plays the seeds that it is given, a process of its own: one line of JSON for each. */
import { PlainHosts } from '../support/plain-host.ts'
import { type Played, playSchedule } from './schedule.ts'
import { isCrmName, stageNamed } from './stages.ts'

const [crm = '', ...part] = process.argv.slice(2)
if (!isCrmName(crm)) throw new Error(`no schedules are played against “${crm}”`)
const stage = stageNamed(crm)
const [first, count, step] = part.map(Number)

const hosts = new PlainHosts()
for (let played = 0; played < (count ?? 0); played++) {
  const seed = (first ?? 1) + played * (step ?? 1)
  process.stdout.write(`${JSON.stringify(await playOne(seed))}\n`)
}
await hosts.close()

/** An error is a complaint like any other: the seeds after it are played, too. */
async function playOne(seed: number): Promise<Played> {
  try {
    return await playSchedule(stage, await hosts.next(), seed)
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { seed, complaints: [said], faults: {}, crashes: 0, runs: 0, edits: 0 }
  }
}
