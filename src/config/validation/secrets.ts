/** The places of a tree whose options are declared secret. */
import type { Located, LocatedScalar } from '../yaml/located.ts'
import { entriesOf, isSecret, itemsOf, propertiesOf, type SchemaNode } from './schema-node.ts'

/** Every scalar that belongs to a secret option. */
export function secretScalars(tree: Located, schema: SchemaNode): LocatedScalar[] {
  if (isSecret(schema)) return scalars(tree)
  if (tree.kind === 'scalar') return []
  if (tree.kind === 'list') {
    const items = itemsOf(schema)
    return items === null ? [] : tree.items.flatMap((item) => secretScalars(item, items))
  }
  const known = propertiesOf(schema)
  const entries = entriesOf(schema)
  return [...tree.entries].flatMap(([key, entry]) => {
    const child = known.get(key) ?? entries
    return child === null ? [] : secretScalars(entry.value, child)
  })
}

/** Their values, but for references that could not be resolved: those are no secret. */
export function secretValues(tree: Located, schema: SchemaNode): string[] {
  return secretScalars(tree, schema).flatMap(({ value, resolved }) => {
    if (value === null || (!resolved && String(value).includes('${'))) return []
    return [String(value)]
  })
}

function scalars(tree: Located): LocatedScalar[] {
  if (tree.kind === 'scalar') return [tree]
  if (tree.kind === 'list') return tree.items.flatMap(scalars)
  return [...tree.entries.values()].flatMap((entry) => scalars(entry.value))
}
