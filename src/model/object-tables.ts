/** The names that a pull gives to the tables of an object. */
import { nearest } from './nearest.ts'
import type { TableTemplates } from './sync.ts'

/** What stands for the object's name in a template: `deals`, or `deal`. */
export const templatePlaceholders = ['object', 'singular'] as const

export interface NamedObject {
  readonly name: string
  readonly singular: string
}

/** The templates with the object's names filled in, e.g. `deal_history`. */
export function objectTables(templates: TableTemplates, object: NamedObject): TableTemplates {
  const filled = (template: string): string =>
    template
      .replaceAll('{object}', () => object.name)
      .replaceAll('{singular}', () => object.singular)
  return {
    history: filled(templates.history),
    current: filled(templates.current),
    changes: filled(templates.changes),
  }
}

/** The tables beneath the history: `past` versions, and the `latest` one of each record. */
export function versionTables(history: string): Readonly<Record<'past' | 'latest', string>> {
  return { past: `${history}__past`, latest: `${history}__latest` }
}

/** What is wrong with a template, as a sentence; null for a good one. */
export function templateProblem(template: string): string | null {
  if (template.trim() === '') return 'A table needs a name.'
  if (template.includes('.')) return 'A table is named without its schema, which is `to.schema`.'
  const rest = templatePlaceholders.reduce((text, one) => text.replaceAll(`{${one}}`, ''), template)
  const unknown = /\{([^{}]*)\}/.exec(rest)?.[1]
  if (unknown !== undefined) {
    const meant = nearest(unknown, templatePlaceholders)
    const hint = meant === null ? '' : ` Did you mean {${meant}}?`
    return `{${unknown}} stands for nothing; a template may contain {object} and {singular}.${hint}`
  }
  return /[{}]/.test(rest) ? 'A brace is not closed.' : null
}
