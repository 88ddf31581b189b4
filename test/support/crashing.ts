/**
 * A process that dies at a chosen edge. Every call through a seam has two: before it (the call never
 * happens) and after it (it happened, and the caller never learns). From its death on, whatever the
 * process still tries throws, so nothing of it has any further effect.
 */
import type { Bulk } from '../../src/connector/bulk.ts'
import type { Associations, Crm } from '../../src/connector/connector.ts'
import type { CrmReader, Subscriptions } from '../../src/connector/source.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import type { Journal } from '../../src/journal/journal.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import type { Session, Warehouse } from '../../src/warehouse/warehouse.ts'

export class Crash extends Error {
  constructor(edge: string) {
    super(`died at ${edge}`)
    this.name = 'Crash'
  }
}

/** What some seams have inside them. */
type InnerSeam = Associations | Bulk | Subscriptions
type Call = (...given: unknown[]) => unknown
type Namer = (method: string, given: readonly unknown[]) => Promise<string> | string

/** Methods that ask nothing of the outside. */
export const inward = new Set([
  'crm.calls',
  'crm.requireDay',
  'crm.close',
  'reader.calls',
  'reader.close',
  'journal.close',
  'ledger.close',
  'warehouse.close',
])

/** What happens at edges besides death. */
interface AtEdges {
  /** In place of an error that nothing outlives. */
  readonly die?: (edge: string) => never
  /** Looks at the world at each edge, while the process waits. */
  readonly witness?: (edge: string) => Promise<void>
}

export class CrashingProcess {
  /** Names of the edges passed so far, in order, e.g. `crm.create after`. */
  readonly edges: string[] = []
  readonly #at: number | string | null
  readonly #die: (edge: string) => never
  readonly #witness: ((edge: string) => Promise<void>) | undefined
  #dead = false

  /** Dies at the edge with the number `at`, counted from 1, or the first of that name; null never dies and only records. */
  constructor(at: number | string | null, { die = throwCrash, witness }: AtEdges = {}) {
    this.#at = at
    this.#die = die
    this.#witness = witness
  }

  get dead(): boolean {
    return this.#dead
  }

  readonly wrap = (base: Collaborators): Collaborators => ({
    ...this.wrapStores(base),
    crm: this.#crm(base.crm),
  })

  /** What pushes and pulls have in common. */
  readonly wrapStores = <Base extends Pick<Collaborators, 'ledger' | 'warehouse'>>(
    base: Base,
  ): Base => ({
    ...base,
    ledger: this.#ledger(base.ledger),
    warehouse: this.#warehouse(base.warehouse),
  })

  readonly wrapReader = (reader: CrmReader): CrmReader =>
    this.#withParts('reader', reader, { subscriptions: reader.subscriptions })

  readonly wrapJournal = <Part extends Partial<Journal>>(journal: Part): Part =>
    this.#edged('journal', journal, (method) => method)

  #crm(crm: Crm): Crm {
    return this.#withParts('crm', crm, { associations: crm.associations, bulk: crm.bulk })
  }

  /** A seam with others in it, as far as it has them. */
  #withParts<Seam extends Crm | CrmReader>(
    seam: string,
    target: Seam,
    parts: Readonly<Record<string, InnerSeam | null | undefined>>,
  ): Seam {
    const edged = this.#edged(seam, target, (method) => method)
    const inner = new Map<string | symbol, InnerSeam>()
    for (const [name, part] of Object.entries(parts)) {
      if (part != null)
        inner.set(
          name,
          this.#edged(name, part, (method) => method),
        )
    }
    return new Proxy(edged, {
      get: (object, asked) => inner.get(asked) ?? Reflect.get(object, asked),
    })
  }

  #ledger(ledger: Ledger): Ledger {
    return this.#edged('ledger', ledger, async (method, given) => {
      if (method !== 'transition') return method
      // Which transition it is makes the edge: from which state, by which event.
      const [, runId, event] = given
      const run = await ledger.run(String(runId))
      return `transition ${run?.state ?? 'unknown'}/${String(event)}`
    })
  }

  #warehouse(warehouse: Warehouse): Warehouse {
    return {
      dialect: warehouse.dialect,
      sortBytes: warehouse.sortBytes,
      close: () => warehouse.close(),
      session: (work) =>
        this.#around('warehouse.session', () =>
          warehouse.session((session) => work(this.#session(session))),
        ),
    }
  }

  #session(session: Session): Session {
    const edged = this.#edged('warehouse', session, (method, given) =>
      method === 'execute' ? `execute ${purpose(given[0])}` : method,
    )
    return new Proxy(edged, {
      get: (target, name) =>
        name === 'stream'
          ? (...given: Parameters<Session['stream']>) => this.#stream(session, given)
          : Reflect.get(target, name),
    })
  }

  async *#stream(session: Session, given: Parameters<Session['stream']>) {
    await this.#pass('warehouse.stream before')
    for await (const page of session.stream(...given)) {
      await this.#pass('warehouse.stream after')
      yield page
    }
  }

  /** The same object, with an edge before and after each method. */
  #edged<Seam extends Session | Ledger | Partial<Journal> | Crm | CrmReader | InnerSeam>(
    seam: string,
    target: Seam,
    nameOf: Namer,
  ): Seam {
    return new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name)
        if (typeof value !== 'function' || typeof name !== 'string') return value
        const call: Call = (...given) => Reflect.apply(value, object, given)
        if (inward.has(`${seam}.${name}`)) return call
        return async (...given: unknown[]) =>
          this.#around(`${seam}.${await nameOf(name, given)}`, () => call(...given))
      },
    })
  }

  async #around<T>(name: string, call: () => T | Promise<T>): Promise<T> {
    await this.#pass(`${name} before`)
    try {
      const result = await call()
      await this.#pass(`${name} after`)
      return result
    } catch (error) {
      // A dead process does not learn of errors either.
      throw this.#dead && !(error instanceof Crash) ? new Crash(name) : error
    }
  }

  async #pass(edge: string): Promise<void> {
    if (this.#dead) throw new Crash(edge)
    this.edges.push(edge)
    if (this.edges.length === this.#at || edge === this.#at) {
      this.#dead = true
      this.#die(edge)
    }
    await this.#witness?.(edge)
  }
}

function throwCrash(edge: string): never {
  throw new Crash(edge)
}

/** What a group of statements is for, by its first words. */
function purpose(statements: unknown): string {
  const texts = Array.isArray(statements)
    ? statements.map((statement: { text?: unknown }) => String(statement.text))
    : []
  if (texts.some((text) => text.startsWith('merge into'))) return 'merge'
  return /^\w+/.exec(texts[0] ?? 'nothing')?.[0] ?? 'nothing'
}
