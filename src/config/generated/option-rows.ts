/** A declaration as the rows of a table: one per option, nested ones by their dotted path. */
import {
  entriesOf,
  isSecret,
  itemsOf,
  propertiesOf,
  type SchemaNode,
} from '../validation/schema-node.ts'

export interface OptionRow {
  readonly path: string
  readonly type: string
  /** Null where there is none. */
  readonly default: string | null
  readonly required: boolean
  readonly secret: boolean
  readonly description: string
}

export function optionRows(node: SchemaNode, prefix = ''): OptionRow[] {
  return [...propertiesOf(node)].flatMap(([name, child]) => {
    const path = `${prefix}${name}`
    const required = (node.required ?? []).includes(name)
    return [rowOf(path, child, required), ...nestedRows(path, child)]
  })
}

function nestedRows(path: string, node: SchemaNode): OptionRow[] {
  const entries = entriesOf(node)
  if (entries !== null) return optionRows(entries, `${path}.<name>.`)
  const items = itemsOf(node)
  return items === null ? optionRows(node, `${path}.`) : optionRows(items, `${path}[].`)
}

function rowOf(path: string, node: SchemaNode, required: boolean): OptionRow {
  return {
    path,
    type: typeText(node),
    default: defaultText(node.default),
    required,
    secret: isSecret(node),
    description: node.description ?? node.anyOf?.find((one) => one.description)?.description ?? '',
  }
}

/** Empty mappings and lists are what leaving an option out means anyway. */
function defaultText(value: unknown): string | null {
  if (value === undefined) return null
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return null
  return constantText(value)
}

const names: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'mapping',
  null: 'null',
}

function typeText(node: SchemaNode): string {
  if (node.const !== undefined) return `\`${constantText(node.const)}\``
  if (node.enum !== undefined) {
    return node.enum.map((one) => `\`${constantText(one)}\``).join(' or ')
  }
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? [])]
  if (inner.length > 0) return [...new Set(inner.map(typeText))].join(' or ')
  if (node.type === 'array') return node.items ? `list of ${typeText(node.items)}` : 'list'
  const types = typeof node.type === 'string' ? [node.type] : (node.type ?? [])
  return types.map((type) => names[type] ?? type).join(' or ') || 'anything'
}

function constantText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
