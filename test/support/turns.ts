/**
 * Lets the databases' threads work one call at a time, in the order of the calls, and tells the
 * simulated clock when they are idle. With both, a history depends on its seed alone and not on how
 * fast a thread happens to be.
 */
import type { Ledger } from '../../src/ledger/ledger.ts'
import type { Row } from '../../src/model/value.ts'
import type { Session, Warehouse } from '../../src/warehouse/warehouse.ts'

export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #whenIdle: (() => void)[] = []

  get idle(): boolean {
    return this.#waiting === 0
  }

  /** Called once, when nothing is under way any more. */
  onIdle(call: () => void): void {
    if (this.idle) call()
    else this.#whenIdle.push(call)
  }

  async take<T>(work: () => T | Promise<T>): Promise<T> {
    this.#waiting += 1
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#waiting -= 1
      if (this.idle) for (const call of this.#whenIdle.splice(0)) call()
    }
  }

  ledger(ledger: Ledger): Ledger {
    return this.#oneByOne(ledger)
  }

  warehouse(warehouse: Warehouse): Warehouse {
    return {
      dialect: warehouse.dialect,
      sortBytes: warehouse.sortBytes,
      close: () => warehouse.close(),
      session: (work) => warehouse.session((session) => work(this.#session(session))),
    }
  }

  #session(session: Session): Session {
    const inTurns = this.#oneByOne(session)
    return new Proxy(inTurns, {
      get: (target, name) => {
        if (name === 'load') return this.#load(session)
        return name === 'stream'
          ? (...given: Parameters<Session['stream']>) => this.#stream(session, given)
          : Reflect.get(target, name)
      },
    })
  }

  /** The pages come first: to make one may take a turn, which would wait for the load's own. */
  #load(session: Session): Session['load'] {
    return async (table, pages) => {
      const whole: (readonly Row[])[] = []
      for await (const page of pages) whole.push(page)
      return this.take(() => session.load(table, whole))
    }
  }

  async *#stream(session: Session, given: Parameters<Session['stream']>) {
    const pages = session.stream(...given)[Symbol.asyncIterator]()
    for (;;) {
      const page = await this.take(() => pages.next())
      if (page.done === true) return
      yield page.value
    }
  }

  #oneByOne<Seam extends Ledger | Session>(seam: Seam): Seam {
    return new Proxy(seam, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name)
        if (typeof value !== 'function') return value
        return (...given: unknown[]): unknown =>
          this.take(() => Reflect.apply(value, object, given) as unknown)
      },
    })
  }
}
