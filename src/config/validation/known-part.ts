/** What a declaration knows of a tree: for options that several declarations share. */
import type { Located, LocatedEntry, LocatedMap } from '../yaml/located.ts'
import { entriesOf, propertiesOf, type SchemaNode } from './schema-node.ts'

/** Without the keys that are no option of the schema, at any depth. */
export function knownPart(tree: LocatedMap, schema: SchemaNode): LocatedMap {
  const known = propertiesOf(schema)
  const entries = entriesOf(schema)
  const kept = [...tree.entries].flatMap(([key, entry]): [string, LocatedEntry][] => {
    const child = known.get(key) ?? entries
    if (child === null) return []
    return [[key, { ...entry, value: partOf(entry.value, child) }]]
  })
  return { ...tree, entries: new Map(kept) }
}

/** Where the schema names no keys, whatever stands there is wrong as a whole, and is told so. */
function partOf(value: Located, schema: SchemaNode): Located {
  const isMapping = propertiesOf(schema).size > 0 || entriesOf(schema) !== null
  return value.kind === 'map' && isMapping ? knownPart(value, schema) : value
}
