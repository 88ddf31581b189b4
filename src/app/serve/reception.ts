import type { Clock } from '../../model/clock.ts'

/** Told when reception begins to fail, and with null when it works again. */
export type OnReception = (trouble: unknown) => void

/** Tells as well how long it failed, once it works again. */
export class Reception {
  readonly tell: (trouble: unknown) => Promise<void>
  #failsSince: number | null = null

  constructor(tell: OnReception, clock: Clock, after: (ms: number) => void | Promise<void>) {
    this.tell = async (trouble) => {
      tell(trouble)
      if (trouble !== null) this.#failsSince ??= clock.monotonic()
      else if (this.#failsSince !== null) {
        const noted = after(clock.monotonic() - this.#failsSince)
        this.#failsSince = null
        await noted
      }
    }
  }

  works(): boolean {
    return this.#failsSince === null
  }
}
