/**
 * The JSON Schema of an option, as far as it is walked here. The zod declaration is turned into it
 * once; known keys, secrets and the reference page are then read from the same data.
 */
import { z } from 'zod'

export interface SchemaNode {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | SchemaNode
  readonly propertyNames?: SchemaNode
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
  readonly oneOf?: readonly SchemaNode[]
  readonly allOf?: readonly SchemaNode[]
  /** Set by `.meta({ secret: true })`. */
  readonly secret?: boolean
  /** What a person may write, where no type or list of values says it; set by `.meta({ expected: '…' })`. */
  readonly expected?: string
}

const cache = new WeakMap<z.ZodType, SchemaNode>()

/** What a person writes (defaults may be left out), not what the program gets. */
export function schemaNode(type: z.ZodType): SchemaNode {
  const known = cache.get(type)
  if (known !== undefined) return known
  const node: SchemaNode = z.toJSONSchema(type, {
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
  }) as SchemaNode
  cache.set(type, node)
  return node
}

/** The node itself and every alternative inside it. */
export function alternatives(node: SchemaNode): SchemaNode[] {
  const nested = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]
  return [node, ...nested.flatMap(alternatives)]
}

/** The options a mapping of this schema may have, over all alternatives. */
export function propertiesOf(node: SchemaNode): ReadonlyMap<string, SchemaNode> {
  const all = new Map<string, SchemaNode>()
  for (const one of alternatives(node)) {
    for (const [name, child] of Object.entries(one.properties ?? {})) {
      const other = all.get(name)
      all.set(name, other === undefined ? child : { anyOf: [other, child] })
    }
  }
  return all
}

/** The schema of entries with free names, or null where every name is fixed. */
export function entriesOf(node: SchemaNode): SchemaNode | null {
  for (const one of alternatives(node)) {
    if (typeof one.additionalProperties === 'object') return one.additionalProperties
  }
  return null
}

export function itemsOf(node: SchemaNode): SchemaNode | null {
  return alternatives(node).find((one) => one.items !== undefined)?.items ?? null
}

/** What the declaration says can be written at a path; null where it says nothing of its own. */
export function expectedAt(
  node: SchemaNode,
  [step, ...rest]: readonly PropertyKey[],
): string | null {
  if (step === undefined) {
    return alternatives(node).find((one) => one.expected !== undefined)?.expected ?? null
  }
  const below =
    typeof step === 'number'
      ? itemsOf(node)
      : (propertiesOf(node).get(String(step)) ?? entriesOf(node))
  return below === null ? null : expectedAt(below, rest)
}

export function isSecret(node: SchemaNode): boolean {
  return alternatives(node).some((one) => one.secret === true)
}
