/** Carries webhooks to their receivers, by real HTTP: no redirects, and no longer than the sender waits. */
import type { Dispatch } from './webhooks/deliveries.ts'
import type { PipedriveSimulator } from './simulator.ts'

/** The longest wait a timer knows is a little more; after it one looks again. */
const longestWaitMs = 2_000_000_000

/** At once; the rest goes as these are answered. */
const mostUnderWay = 64

export class Courier {
  readonly #simulator: PipedriveSimulator
  readonly #underWay = new Set<Promise<void>>()
  readonly #ended = new AbortController()
  #timer: NodeJS.Timeout | null = null

  constructor(simulator: PipedriveSimulator) {
    this.#simulator = simulator
  }

  /** Sends what is due, and comes back when more is. */
  pump(): void {
    if (this.#ended.signal.aborted) return
    for (const dispatch of this.#simulator.takeDispatches(mostUnderWay - this.#underWay.size)) {
      const sent = this.#send(dispatch).then(() => {
        this.#underWay.delete(sent)
        this.pump()
      })
      this.#underWay.add(sent)
    }
    this.#wait()
  }

  /** Until nothing is under way or due. */
  async quiet(): Promise<void> {
    this.pump()
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  /** What is under way is left to its receiver. */
  async stop(): Promise<void> {
    this.#ended.abort()
    if (this.#timer !== null) clearTimeout(this.#timer)
    await Promise.all(this.#underWay)
  }

  #wait(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const wait = this.#simulator.nextDispatchIn()
    if (wait === null || this.#underWay.size >= mostUnderWay) return
    this.#timer = setTimeout(() => this.pump(), Math.min(wait, longestWaitMs)).unref()
  }

  async #send({ id, url, headers, body }: Dispatch): Promise<void> {
    const { timeoutMs } = this.#simulator.settings().deliveries
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#ended.signal])
    const status = await post(url, headers, body, signal)
    if (!this.#ended.signal.aborted) this.#simulator.report(id, status)
  }
}

/** Null where nothing was answered, or not in time. */
async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<number | null> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
    await response.body?.cancel()
    return response.status
  } catch {
    return null
  }
}
