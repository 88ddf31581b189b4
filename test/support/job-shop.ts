/**
 * Jobs for a CRM that has none: they outlive the process that opened them, take their time, and write
 * through a connection of their own, so that the engine's handling of jobs can be tried anywhere.
 */
import {
  type Bulk,
  type BulkInput,
  type BulkLoad,
  type BulkTiming,
  jobTooLarge,
} from '../../src/connector/bulk.ts'
import { RequestFailure, type Crm } from '../../src/connector/connector.ts'
import type { WriteResult } from '../../src/connector/write.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { operationKinds } from '../../src/model/operation.ts'
import type { Clock } from '../../src/model/clock.ts'

export interface ShopJob {
  readonly id: string
  state: 'open' | 'started' | 'ended' | 'aborted'
  load: BulkLoad | null
  /** When it will have written. */
  endsAt: number
  results: readonly WriteResult[]
}

export interface JobShopOptions {
  readonly crm: () => Crm
  readonly clock: Clock
  readonly processingMs: number
  /** Most rows of one job. */
  readonly rows: number
}

/** Unlike any vendor's, so that nobody goes by other numbers. */
export const shopTiming: BulkTiming = {
  patienceMs: 2 * 3_600_000,
  endingPatienceMs: 10 * 60_000,
  shortestPauseMs: 2_000,
  longestPauseMs: 15_000,
}

export class JobShop {
  readonly jobs: ShopJob[] = []
  /** Ids whose results the CRM no longer keeps. */
  readonly forgotten = new Set<string>()
  /** Inputs that the next job is too busy for, by position. */
  busyAt: readonly number[] = []
  /** Rows whose data fit into one job. */
  mostFilled = Infinity
  /** The CRM takes no job at all. */
  takesNone = false
  /** No job ends, whatever it is told. */
  isStuck = false
  /** What a start is answered with. */
  startFailure: RequestFailure | null = null
  readonly #options: JobShopOptions

  constructor(options: JobShopOptions) {
    this.#options = options
  }

  /** The process's connection with jobs. */
  readonly wrap = (base: Collaborators): Collaborators => ({
    ...base,
    connector: {
      ...base.connector,
      bulk: { rows: this.#options.rows, calls: 5, timing: shopTiming },
    },
    crm: { ...base.crm, bulk: this.bulk },
  })

  readonly bulk: Bulk = {
    kinds: operationKinds,
    open: () => {
      if (this.takesNone) return Promise.resolve(null)
      const id = `job${this.jobs.length + 1}`
      this.jobs.push({ id, state: 'open', load: null, endsAt: Infinity, results: [] })
      return Promise.resolve(id)
    },
    fill: (id, load) => {
      if (load.inputs.length > this.mostFilled) {
        const message = 'the data are too large for one job'
        return Promise.reject(
          new RequestFailure({ kind: 'poisoned', reason: jobTooLarge, message }),
        )
      }
      this.#job(id).load = load
      return Promise.resolve()
    },
    start: (id, options) => {
      const job = this.#job(id)
      options.beforeSend?.()
      if (this.startFailure !== null) return Promise.reject(this.startFailure)
      if (job.state !== 'open') return Promise.resolve()
      job.state = 'started'
      job.endsAt = this.#options.clock.now() + this.#options.processingMs
      return Promise.resolve()
    },
    state: async (id) => {
      if (this.forgotten.has(id)) return 'gone'
      const job = this.#job(id)
      await this.#work(job)
      if (job.state === 'started') return 'working'
      return job.state === 'open' ? 'open' : 'ended'
    },
    results: (id, load) => {
      const { results, load: filled } = this.#job(id)
      // As a CRM does, by what each input carries: the caller may ask in any order.
      const known = new Map(filled?.inputs.map((input, at) => [this.#name(load, input), at]))
      return Promise.resolve(
        load.inputs.map((input) => {
          const at = known.get(this.#name(load, input))
          return (at === undefined ? undefined : results[at]) ?? { status: 'unaccounted' }
        }),
      )
    },
    abort: (id) => {
      const job = this.#job(id)
      if (job.state === 'open') job.state = 'aborted'
      if (job.state === 'started' && !this.isStuck) {
        job.state = 'ended'
        job.results = (job.load?.inputs ?? []).map(() => unprocessed)
      }
      return Promise.resolve()
    },
  }

  #job(id: string): ShopJob {
    const job = this.jobs.find((each) => each.id === id)
    if (job === undefined) {
      throw new RequestFailure({ kind: 'invalid', message: `there is no job ${id}` })
    }
    return job
  }

  #name({ uniqueField }: BulkLoad, { id, values }: BulkInput): string {
    return id ?? (uniqueField === null ? '' : (values[uniqueField] ?? ''))
  }

  async #work(job: ShopJob): Promise<void> {
    if (job.state !== 'started' || this.isStuck || this.#options.clock.now() < job.endsAt) return
    job.state = 'ended'
    const { load } = job
    if (load === null) return
    const busy = new Set(this.busyAt)
    this.busyAt = []
    const results: WriteResult[] = []
    for (const [at, input] of load.inputs.entries()) {
      results.push(
        busy.has(at)
          ? { status: 'busy', reason: 'crm.locked', message: 'the record is locked' }
          : await write(this.#options.crm(), load, input),
      )
    }
    job.results = results
  }
}

const unprocessed: WriteResult = {
  status: 'busy',
  reason: 'job.unprocessed',
  message: 'the job ended before it came to the record',
}

async function write(crm: Crm, load: BulkLoad, { id, values }: BulkInput): Promise<WriteResult> {
  const { object, operation, uniqueField } = load
  const results = {
    create: () => crm.create([{ uniqueField, values }], { object }),
    update: () => crm.update([{ id: id ?? '', values }], { object }),
    upsert: () => crm.upsert([{ uniqueField: uniqueField ?? '', values }], { object }),
    delete: () => crm.delete([id ?? ''], { object }),
  }
  const [result] = await results[operation]()
  return result ?? { status: 'unaccounted' }
}
