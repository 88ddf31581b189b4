/**
 * A company's first read while people edit as fast as 200 times a second, by the clock on the wall: the local Pipedrive, the server
 * and the read are processes of their own, and this is the people's. How fast it goes is the machine's affair.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Book } from '../../../examples/pipedrive/book.ts'
import { generateCompany } from '../../../examples/pipedrive/company.ts'
import { drawEdit } from '../../../examples/pipedrive/draw-edit.ts'
import { type LocalCrm, localCrm } from '../../../examples/pipedrive/local-crm.ts'
import { Chance } from '../../../src/simulator/chance.ts'
import type { PipedriveDump } from '../../../src/simulator/pipedrive/state.ts'
import type { WebhookEvent } from '../../../src/simulator/pipedrive/webhooks/deliveries.ts'
import { localToken } from '../../../src/simulator/pipedrive/pipedrive.ts'
import type { Edit } from '../../../src/simulator/pipedrive/writes/edit.ts'
import { password, pipedriveProject, webhookPath } from '../../server/serving-project.ts'
import { openProject, writeProject } from '../../support/open-project.ts'
import { type Ended, ended } from '../scratch-project.ts'
import { handoverPull } from './handover.ts'
import { type Held, readTables } from './held.ts'
import type { Evidence } from './judge.ts'
import { keptOf } from './noted.ts'
import type { Write } from './truth.ts'

const program = join(import.meta.dirname, '../../../src/cli/main.ts')
/** An exit code. */
const alreadyRunning = 5
const editsPerSecond = 200
const editsBefore = 200
const editsAtLeast = 2_000

export interface LiveHandover {
  readonly evidence: Pick<Evidence, 'before' | 'writes'>
  readonly events: readonly WebhookEvent[]
  readonly held: Held
  /** The first read, and one after everything has arrived, with `--exit-on-changes`. */
  readonly read: Ended
  readonly again: Ended
  readonly edits: number
  /** Those while the first read went on. */
  readonly during: number
  readonly seconds: number
}

export async function handOverLive(seed: number, share: number): Promise<LiveHandover> {
  const site = new LiveSite()
  try {
    return await site.play(seed, share)
  } finally {
    site.close()
  }
}

class LiveSite {
  readonly #directory = mkdtempSync(join(tmpdir(), 'syncline-live-'))
  readonly #started: ChildProcess[] = []

  async play(seed: number, share: number): Promise<LiveHandover> {
    const url = await this.#serving('simulate', 'pipedrive', '--token', localToken)
    const project = pipedriveProject({ url })
    // Of what was deleted just then, the read finds out before the webhook is loaded.
    const pull = `${handoverPull}guards: { max_deletes: 100% }\n`
    writeProject(this.#directory, { project, syncs: { crm: pull } })
    const receiver = await this.#serving('serve')
    const crm = localCrm(url, localToken)
    const company = generateCompany({ seed, share, now: await crm.advance(0) })
    await crm.prepare(company, {
      rates: { doubled: 0.05, late: 0.05 },
      doubledMs: [0, 1_000],
      lateMs: [1, 1_000],
    })
    const address = `${receiver}${webhookPath}`
    await crm.subscribe({ url: address, user: 'sender', password })
    const before = keptOf((await ask<PipedriveDump['state']>(url, 'state')).records)
    const people = new People(crm, new Book(company), new Chance(seed))
    const began = performance.now()
    while (people.edits < editsBefore) await people.edit()
    const first = people.edits
    let isOver = false
    const reading = this.#run('run', 'crm').finally(() => {
      isOver = true
    })
    while (!isOver) await people.edit()
    const during = people.edits - first
    while (people.edits < editsAtLeast) await people.edit()
    const seconds = (performance.now() - began) / 1_000
    const read = await reading
    const held = await this.#settled(crm)
    const { results: writes } = await ask<{ readonly results: readonly Write[] }>(url, 'log')
    const { results: events } = await ask<{ readonly results: readonly WebhookEvent[] }>(
      url,
      'events',
    )
    const again = await this.#run('reconcile', 'crm', '--exit-on-changes')
    const evidence = { before, writes }
    return { evidence, events, held, read, again, edits: people.edits, during, seconds }
  }

  close(): void {
    for (const child of this.#started) child.kill('SIGKILL')
    rmSync(this.#directory, { recursive: true, force: true })
  }

  /** Once more where the server held the sync for longer than a run waits, which is the machine's affair, too. */
  async #run(...words: readonly string[]): Promise<Ended> {
    for (;;) {
      const end = await ended(this.#start(...words))
      if (end.code !== alreadyRunning) return end
    }
  }

  #start(...words: readonly string[]): ChildProcess {
    const stdio = ['ignore', 'pipe', 'pipe'] as const
    const child = spawn(process.execPath, [program, ...words], {
      cwd: this.#directory,
      stdio: [...stdio],
    })
    this.#started.push(child)
    return child
  }

  /** The address of what it serves. */
  async #serving(...words: readonly string[]): Promise<string> {
    const child = this.#start(...words, '--port', '0', '--json')
    child.stderr?.resume()
    const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
    const { url } = JSON.parse(String(line)) as { readonly url: string }
    return url
  }

  /** What the warehouse holds when everything that was sent is there. */
  async #settled(crm: LocalCrm): Promise<Held> {
    const workspace = await openProject(this.#directory)
    try {
      const journal = await workspace.journal()
      for (;;) {
        const { waiting, inFlight } = await crm.deliveries()
        const { entries } = await journal.extent()
        if (waiting + inFlight + entries === 0) return await readTables(workspace)
        await pause(100)
      }
    } finally {
      await workspace.close()
    }
  }
}

/** One edit after the other, at the steady rate or, where the machine is slower, as fast as it goes. */
class People {
  edits = 0
  readonly #crm: LocalCrm
  readonly #book: Book
  readonly #chance: Chance
  #nextAt = performance.now()

  constructor(crm: LocalCrm, book: Book, chance: Chance) {
    this.#crm = crm
    this.#book = book
    this.#chance = chance
  }

  async edit(): Promise<void> {
    const now = performance.now()
    if (now < this.#nextAt) await pause(this.#nextAt - now)
    // What could not be made up for is lost time: no burst follows, and no two edits are of one millisecond.
    this.#nextAt = Math.max(this.#nextAt + 1_000 / editsPerSecond, now + 2)
    const edit = this.#draw()
    this.#book.note(edit, await this.#crm.perform(edit, 'person'))
    this.edits += 1
  }

  /** What no webhook tells of is none of what is handed over. */
  #draw(): Edit {
    for (;;) {
      const situation = { chance: this.#chance, book: this.#book, now: Date.now() }
      const edit = drawEdit(situation)
      if (edit.kind !== 'touch') return edit
    }
  }
}

async function ask<T>(url: string, what: string): Promise<T> {
  const response = await fetch(`${url}/_local/${what}`)
  return (await response.json()) as T
}
