/** Finds keys that no option has, whatever else is wrong with the file, and names the nearest. */
import { configErrors } from '../errors.ts'
import type { Located } from '../yaml/located.ts'
import { nearest } from '../../model/nearest.ts'
import type { LaterOptions } from '../options/later-options.ts'
import { type Problem, problem } from '../problem.ts'
import { alternatives, entriesOf, itemsOf, propertiesOf, type SchemaNode } from './schema-node.ts'

export function unknownKeys(
  tree: Located,
  schema: SchemaNode,
  later: LaterOptions = {},
): Problem[] {
  if (tree.kind === 'scalar') return []
  if (tree.kind === 'list') {
    const items = itemsOf(schema)
    return items === null ? [] : tree.items.flatMap((item) => unknownKeys(item, items))
  }
  const known = propertiesOf(schema)
  const entries = entriesOf(schema)
  const open = alternatives(schema).some((one) => one.additionalProperties === true)
  if (known.size === 0 && entries === null) return []
  return [...tree.entries].flatMap(([key, entry]) => {
    const child = known.get(key) ?? entries
    if (child !== null) return unknownKeys(entry.value, child)
    if (open) return []
    const reason = Object.hasOwn(later, key) ? later[key] : undefined
    if (reason !== undefined) {
      const message = `\`${key}\` is not available in this version.`
      return [problem(configErrors.unsupported, { place: entry.place, message, remedy: reason })]
    }
    return [
      problem(configErrors.unknown_key, {
        place: entry.place,
        message: `\`${key}\` is not an option here.`,
        expected: `one of ${[...known.keys()].join(', ')}`,
        found: key,
        nearest: nearest(key, known.keys()),
      }),
    ]
  })
}

/** Unknown keys, and what else is wrong but for a name that is missing since one of them was to be it. */
export function withUnknown(
  unknown: readonly Problem[],
  others: readonly Problem[],
): readonly Problem[] {
  const meant = new Set(
    unknown.flatMap(({ path, found, nearest: name }) => {
      if (path === null || found === null || name === null) return []
      return [`${path.slice(0, path.length - found.length)}${name}`]
    }),
  )
  const isTold = ({ code, path }: Problem): boolean =>
    code === 'config.missing' && path !== null && meant.has(path)
  return [...unknown, ...others.filter((one) => !isTold(one))]
}
