/** The model of a schedule, and how it changes between runs. Every new value is one never seen before. */
import type { Chance } from '../../src/simulator/chance.ts'

export interface ModelRow {
  readonly key: number | null
  email: string | null
  firstName: string | null
  city: string | null
  company: string | null
}

export const modelColumns =
  'id bigint, email varchar, first_name varchar, city varchar, company varchar, key_text varchar'

export class ModelTable {
  readonly rows: ModelRow[] = []
  readonly #chance: Chance
  readonly #gone: ModelRow[] = []
  #keys = 0
  #values = 0

  constructor(chance: Chance, size: number) {
    this.#chance = chance
    for (let index = 0; index < size; index++) this.#insert()
  }

  /** What a day in the warehouse brings. */
  change(): void {
    const chance = this.#chance
    const share = (part: number): number => Math.ceil(this.rows.length * part * chance.next())
    this.#times(share(0.2), (row) => this.#edit(row))
    this.#times(share(0.04), (row) => this.#empty(row))
    this.#times(share(0.04), (row) => {
      row.email = this.#value('e@x.com')
    })
    this.#times(share(0.03), (row) => this.#rotate(row, chance.between(2, 3)))
    this.#times(share(0.01), (row) => {
      row.email = chance.oneOf(null, 'no address', chance.pick(this.rows)?.email ?? null)
    })
    for (let count = share(0.06); count > 0; count--) this.#remove()
    for (let count = share(0.08); count > 0; count--) this.#insert()
    for (let count = share(0.03); count > 0; count--) this.#restore()
    if (chance.happens(0.15)) this.#double()
  }

  /** SQL literals of all rows, in parentheses. */
  literals(): string {
    return this.rows
      .map(({ key, email, firstName, city, company }) => {
        const texts = [email, firstName, city, company, key === null ? null : `k${key}`]
        const literals = texts.map((text) => (text === null ? 'null' : `'${text}'`))
        return `(${[key ?? 'null', ...literals].join(',')})`
      })
      .join(',')
  }

  #times(count: number, change: (row: ModelRow) => void): void {
    for (let done = 0; done < count; done++) {
      const row = this.#chance.pick(this.rows)
      if (row !== undefined) change(row)
    }
  }

  #value(suffix: string): string {
    this.#values += 1
    return `m${this.#values}${suffix}`
  }

  #edit(row: ModelRow): void {
    if (this.#chance.happens(0.5)) row.city = this.#value('')
    if (this.#chance.happens(0.4)) row.company = this.#value('')
    if (this.#chance.happens(0.4)) row.firstName = this.#value('')
  }

  #empty(row: ModelRow): void {
    if (this.#chance.happens(0.5)) row.city = null
    else row.firstName = null
  }

  /** Swaps the addresses of two rows, or moves them around a ring. */
  #rotate(first: ModelRow, size: number): void {
    const others = Array.from({ length: size - 1 }, () => this.#chance.pick(this.rows))
    const ring = [...new Set([first, ...others.flatMap((row) => row ?? [])])]
    const emails = ring.map((row) => row.email)
    for (const [index, row] of ring.entries()) row.email = emails[(index + 1) % ring.length] ?? null
  }

  #insert(): void {
    this.#keys += 1
    const chance = this.#chance
    const email = chance.happens(0.05) ? ` C${this.#keys}@X.com` : `c${this.#keys}@x.com`
    this.rows.push({
      key: this.#keys,
      email,
      firstName: this.#value(''),
      city: chance.happens(0.2) ? null : this.#value(''),
      company: this.#value(''),
    })
  }

  #remove(): void {
    const index = Math.floor(this.#chance.next() * this.rows.length)
    const [row] = this.rows.splice(index, 1)
    if (row !== undefined && row.key !== null) this.#gone.push(row)
  }

  #restore(): void {
    const row = this.#gone.pop()
    if (row === undefined || this.rows.some(({ key }) => key === row.key)) return
    this.#edit(row)
    this.rows.push(row)
  }

  /** A row with the key of another, or with none. */
  #double(): void {
    const row = this.#chance.pick(this.rows)
    if (row === undefined) return
    const key = this.#chance.happens(0.8) ? row.key : null
    this.rows.push({ ...row, key, email: this.#value('d@x.com') })
  }
}
