/** Endpoint × answer: how many rows drove each cell, which should have, and which nobody asked for. */
import { aligned } from '../support/aligned.ts'
import { type Column, columns, documents } from './documented.ts'

export class Table {
  readonly #routes: readonly string[]
  readonly #counts = new Map<string, number>()

  constructor(routes: readonly string[]) {
    this.#routes = routes
  }

  count(route: string, column: Column): void {
    this.#counts.set(cell(route, column), this.#of(route, column) + 1)
  }

  /** Documented, and driven by no row. */
  empty(): readonly string[] {
    return this.#cells((route, column) => documents(route, column) && !this.#of(route, column))
  }

  /** Driven by a row, and documented nowhere. */
  undocumented(): readonly string[] {
    return this.#cells((route, column) => !documents(route, column) && this.#of(route, column) > 0)
  }

  /** A number of rows for each cell, `·` where nothing is documented, `EMPTY` where a row is missing. */
  text(): string {
    const shown = (route: string, column: Column): string =>
      documents(route, column) ? String(this.#of(route, column) || 'EMPTY') : '·'
    const rows = this.#routes.map((route) => [
      route,
      ...columns.map((column) => shown(route, column)),
    ])
    const letters = columns.map((_, at) => letterOf(at))
    const legend = columns.map((column, at) => `${letterOf(at)} ${column}`).join(', ')
    return `${aligned([['endpoint', ...letters], ...rows])}\n${legend}`
  }

  #of(route: string, column: Column): number {
    return this.#counts.get(cell(route, column)) ?? 0
  }

  #cells(wanted: (route: string, column: Column) => boolean): readonly string[] {
    return this.#routes.flatMap((route) =>
      columns.filter((column) => wanted(route, column)).map((column) => cell(route, column)),
    )
  }
}

function cell(route: string, column: Column): string {
  return `${route} × ${column}`
}

function letterOf(at: number): string {
  return 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.charAt(at)
}
