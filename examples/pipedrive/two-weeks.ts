/**
 * Two weeks of a company in minutes: starts a local Pipedrive and `syncline serve`, reads the company, lets people
 * edit while webhooks come, and reconciles at the end of each week. Everything it starts is a command that a
 * person would type.
 *
 *     node examples/pipedrive/two-weeks.ts [--share 0.1] [--seed 1] [--moments 150] [--luck good|bad|none]
 *
 * `--share` is of the company's full size. The folder of the project is the one of this file.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { registries } from '../../src/app/registries.ts'
import { openWorkspace, type Workspace } from '../../src/app/workspace.ts'
import { loadProject } from '../../src/config/load-project.ts'
import { processVariables } from '../../src/config/variables.ts'
import type { DeliverySettings } from '../../src/simulator/pipedrive/delivery-luck.ts'
import { Chance } from '../../test/faults/chance.ts'
import { Book } from './book.ts'
import { generateCompany } from './company.ts'
import { latest, lucks } from './luck.ts'
import { localCrm } from './local-crm.ts'
import { playWeek } from './play-week.ts'

const program = join(import.meta.dirname, '../../src/cli/main.ts')
const directory = import.meta.dirname
const started: ChildProcess[] = []

/** Started with a channel, so that it ends when this process does. */
async function start(...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...words, '-C', directory, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  started.push(child)
  if (child.stdout === null) throw new Error('started without a pipe')
  const [line] = await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${words.join(' ')} ended at once`))),
  ])
  const { url }: { readonly url?: string } = JSON.parse(String(line))
  if (url === undefined) throw new Error(`${words.join(' ')} did not start`)
  return url
}

async function command(...words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [program, ...words, '-C', directory], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`syncline ${words.join(' ')} ended with ${code}`)
}

interface Order {
  readonly share: number
  readonly seed: number
  readonly moments: number
  readonly deliveries: Partial<DeliverySettings> | null
}

async function play({ share, seed, moments, deliveries }: Order): Promise<void> {
  const { project, problems, variables } = await loadProject({
    directory,
    env: processVariables(),
    ...registries,
  })
  if (project === null || problems.length > 0) {
    throw new Error(problems.map(({ file, message }) => `${file}: ${message}`).join('\n'))
  }
  const { PIPEDRIVE_URL = '', PIPEDRIVE_API_TOKEN = '' } = variables
  const port = new URL(PIPEDRIVE_URL).port
  const url = await start('simulate', 'pipedrive', '--port', port, '--token', PIPEDRIVE_API_TOKEN)
  const crm = localCrm(url, PIPEDRIVE_API_TOKEN)
  const company = generateCompany({ seed, share, now: await crm.advance(0) })
  await crm.prepare(company, deliveries ?? {})
  const { basicAuth, pathSecret } = project.server
  if (deliveries !== null && basicAuth !== null) {
    const receiver = await start('serve', '--port', '0')
    await crm.subscribe({ ...basicAuth, url: `${receiver}/webhooks/pipedrive/${pathSecret}` })
  }
  const workspace = openWorkspace(project, variables)
  try {
    await command('run', 'pipedrive')
    const betweenMoments = (): Promise<void> => Promise.resolve()
    const chance = new Chance(seed)
    const player = { crm, chance, book: new Book(company), momentsPerDay: moments, betweenMoments }
    for (const week of [1, 2]) {
      tell(`week ${week}`)
      await crm.advance(3_600_000)
      await playWeek(player)
      await crm.advance(latest)
      await settled(crm, workspace)
      await command('reconcile', 'pipedrive')
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

function tell(line: string): void {
  process.stdout.write(`\n${line}\n`)
}

const { values } = parseArgs({
  options: {
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    moments: { type: 'string', default: '150' },
    luck: { type: 'string', default: 'bad' },
  },
})

try {
  const luck = Object.entries(lucks).find(([name]) => name === values.luck)
  if (luck === undefined) throw new Error(`--luck is one of ${Object.keys(lucks).join(', ')}`)
  await play({
    share: Number(values.share),
    seed: Number(values.seed),
    moments: Number(values.moments),
    deliveries: luck[1],
  })
} catch (error) {
  process.stderr.write(`two-weeks: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
} finally {
  for (const child of started) child.kill()
}
