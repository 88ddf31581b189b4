/** Custom fields as the first version shows them: flat. */
import { NumberText } from '../../core/change/json-value.ts'
import type { Json } from '../http/json.ts'
import type { SourceObject } from '../source.ts'

/** A key of a record, and its value. */
export type Entry = readonly [string, unknown]

/** A field of the company's own is called by 40 digits. */
const customKey = /^([0-9a-f]{40})(?:_(.+))?$/

export function isCustomKey(name: string): boolean {
  const found = customKey.exec(name)
  return found !== null && found[2] === undefined
}

/**
 * The first version puts custom fields among the others and their parts under keys of their own
 * (`<key>_currency`), with options as texts. Gives them the second version's form.
 */
export function gathered(schema: SourceObject, record: Json): readonly Entry[] {
  const kinds = new Map(schema.fields.map(({ name, kind }) => [name, kind]))
  const entries: Entry[] = []
  const custom = new Map<string, { main: unknown; readonly parts: Record<string, unknown> }>()
  for (const [name, value] of Object.entries(record)) {
    const [, key, part] = customKey.exec(name) ?? []
    if (key === undefined) {
      entries.push([name, value])
      continue
    }
    const field = custom.get(key) ?? { main: undefined, parts: {} }
    custom.set(key, field)
    if (part === undefined) field.main = value
    else field.parts[part] = value
  }
  for (const [key, { main, parts }] of custom) {
    const isPlain = Object.keys(parts).length === 0
    entries.push([key, isPlain ? ids(main, kinds, key) : { value: main, ...parts }])
  }
  return entries
}

/** `"12"` of an option and `"1,2"` of several, where the metadata has options. */
function ids(value: unknown, kinds: ReadonlyMap<string, string>, key: string): unknown {
  if (typeof value !== 'string') return value
  if (kinds.has(`${key}.label`) && /^\d+$/.test(value)) return new NumberText(value)
  if (kinds.has(`${key}.labels`) && /^\d+(?:,\d+)*$/.test(value)) {
    return value.split(',').map((id) => new NumberText(id))
  }
  return value
}
