/**
 * Two weeks of a company in minutes: starts a local Pipedrive and `syncline serve`, reads the company, lets people
 * edit while webhooks come, and reconciles at the end of each week. Everything it starts is a command that a
 * person would type.
 *
 *     node examples/pipedrive/two-weeks.ts [folder] [--share 0.1] [--seed 1] [--moments 150] [--luck good|bad|none] [--read-every 75]
 *
 * The folder of the project is the one of this file unless another is named. `--share` is of the company's full size. What changed
 * is read after each so many moments as `--read-every` says, as the schedule of the sync would have it done; 0 for never.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { registries } from '../../src/app/workspace/registries.ts'
import { openWorkspace, type Workspace } from '../../src/app/workspace/workspace.ts'
import { loadProject } from '../../src/config/project/load-project.ts'
import { processVariables } from '../../src/config/references/variables.ts'
import { Chance } from '../../src/simulator/chance.ts'
import type { DeliverySettings } from '../../src/simulator/pipedrive/webhooks/delivery-luck.ts'
import { Book } from './book.ts'
import { generateCompany } from './company.ts'
import { latest, lucks } from './luck.ts'
import { localCrm } from './local-crm.ts'
import { playWeek } from './play-week.ts'

/** As long as two weeks take, with what comes after each: they end about now. */
const playedMs = 17 * 86_400_000

const program = join(import.meta.dirname, '../../src/cli/main.ts')
const started: ChildProcess[] = []

/** The command line in one folder. */
interface Commands {
  readonly directory: string
  readonly env: NodeJS.ProcessEnv
}

/** Started with a channel, so that it ends when this process does. Gives its address. */
async function start({ directory, env }: Commands, ...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...words, '-C', directory, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env,
  })
  started.push(child)
  if (child.stdout === null) throw new Error('started without a pipe')
  const failed = once(child, 'exit').then(() =>
    Promise.reject(new Error(`syncline ${words.join(' ')} ended at once`)),
  )
  const [line] = await Promise.race([once(child.stdout, 'data'), failed])
  const { url }: { readonly url?: string } = JSON.parse(String(line))
  if (url === undefined) throw new Error(`syncline ${words.join(' ')} did not start`)
  return url
}

/** What the exit code says where another process holds the sync: here it is the server, with a load or a scheduled run. */
const alreadyRunning = 5

async function command({ directory, env }: Commands, ...words: readonly string[]): Promise<void> {
  const args = [program, ...words, '-C', directory]
  for (;;) {
    const child = spawn(process.execPath, args, { stdio: 'inherit', env })
    const [code] = await once(child, 'exit')
    if (code === 0) return
    if (code !== alreadyRunning) throw new Error(`syncline ${words.join(' ')} ended with ${code}`)
  }
}

interface Order {
  readonly directory: string
  readonly share: number
  readonly seed: number
  readonly moments: number
  /** Moments from one read of what changed to the next; 0 for none. */
  readonly readEvery: number
  readonly deliveries: Partial<DeliverySettings> | null
}

async function play(order: Order): Promise<void> {
  const { directory, share, seed, moments, readEvery, deliveries } = order
  const env = processVariables()
  const { project, problems, variables } = await loadProject({ directory, env, ...registries })
  if (project === null || problems.length > 0) {
    throw new Error(problems.map(({ file, message }) => `${file}: ${message}`).join('\n'))
  }
  const { PIPEDRIVE_URL = '', PIPEDRIVE_API_TOKEN: token = '' } = variables
  const { port } = new URL(PIPEDRIVE_URL)
  const simulate = ['simulate', 'pipedrive', '--port', port, '--token', token]
  const url = await start({ directory, env }, ...simulate)
  // Where any free port was asked for, the address is another.
  const commands = { directory, env: { ...env, PIPEDRIVE_URL: url } }
  const crm = localCrm(url, token)
  // What a webhook dates more than a day ahead would be left for a person to look at.
  const company = generateCompany({ seed, share, now: await crm.advance(-playedMs) })
  await crm.prepare(company, deliveries ?? {})
  const { basicAuth, pathSecret } = project.server
  if (deliveries !== null && basicAuth !== null) {
    const receiver = await start(commands, 'serve', '--port', '0')
    await crm.subscribe({ ...basicAuth, url: `${receiver}/webhooks/pipedrive/${pathSecret}` })
  }
  const workspace = openWorkspace(project, variables)
  try {
    await command(commands, 'run', 'pipedrive')
    let played = 0
    const betweenMoments = async (): Promise<void> => {
      played += 1
      if (played % readEvery === 0) await command(commands, 'run', 'pipedrive')
    }
    const chance = new Chance(seed)
    const player = { crm, chance, book: new Book(company), momentsPerDay: moments, betweenMoments }
    for (const week of [1, 2]) {
      process.stdout.write(`\nweek ${week}\n`)
      await crm.advance(3_600_000)
      await playWeek(player)
      await crm.advance(latest)
      await settled(crm, workspace)
      await command(commands, 'reconcile', 'pipedrive')
    }
  } finally {
    await workspace.close()
  }
}

/** Until everything that was sent is in the warehouse. */
async function settled(crm: ReturnType<typeof localCrm>, workspace: Workspace): Promise<void> {
  const journal = await workspace.journal()
  for (;;) {
    const { waiting, inFlight } = await crm.deliveries()
    const { entries } = await journal.extent()
    if (waiting + inFlight + entries === 0) return
    await pause(200)
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    moments: { type: 'string', default: '150' },
    luck: { type: 'string', default: 'bad' },
    'read-every': { type: 'string', default: '75' },
  },
})

try {
  const luck = Object.entries(lucks).find(([name]) => name === values.luck)
  if (luck === undefined) throw new Error(`--luck is one of ${Object.keys(lucks).join(', ')}`)
  await play({
    directory: positionals[0] ?? import.meta.dirname,
    share: Number(values.share),
    seed: Number(values.seed),
    moments: Number(values.moments),
    readEvery: Number(values['read-every']),
    deliveries: luck[1],
  })
} catch (error) {
  process.stderr.write(`two-weeks: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
} finally {
  for (const child of started) child.kill()
}
