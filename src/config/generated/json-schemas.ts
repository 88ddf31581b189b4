/** The JSON Schemas that editors use, made from the same declarations as the validation. */
import type { z } from 'zod'
import { connectionOptions, projectOptions, pushedOptions } from '../options/project-options.ts'
import { syncDeclarations } from '../options/sync-options.ts'
import { crmTypes } from '../project/connections.ts'
import type { ConnectionType, Registries } from '../project.ts'
import { propertiesOf, type SchemaNode, schemaNode } from '../validation/schema-node.ts'

/** By file name, as formatted JSON. */
export function jsonSchemas(registries: Registries): ReadonlyMap<string, string> {
  return new Map([
    ['syncline.schema.json', fileText('Syncline project', projectSchema(registries))],
    ['sync.schema.json', fileText('Syncline sync', syncSchema())],
  ])
}

function fileText(title: string, node: SchemaNode): string {
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title }
  return `${JSON.stringify({ ...head, ...forEditor(node) }, null, 2)}\n`
}

/** One for each `type`, by which an editor knows what else there may be. */
function syncSchema(): SchemaNode {
  return { anyOf: Object.values(syncDeclarations).map(schemaNode) }
}

function projectSchema(registries: Registries): SchemaNode {
  const project = schemaNode(projectOptions)
  const connections = project.properties?.connections ?? {}
  const all = [...crmTypes(registries), ...registries.warehouses]
  const types = all.map(([name, type]) =>
    connectionOf(name, type, registries.connectors.has(name) ? pushedOptions.shape : {}),
  )
  return {
    ...project,
    properties: {
      ...project.properties,
      connections: { ...connections, additionalProperties: { anyOf: types } },
    },
  }
}

/** Only `type` is required: an environment may add what the connection leaves out. */
function connectionOf(name: string, declaration: ConnectionType, more: z.ZodRawShape): SchemaNode {
  const { type, ...common } = schemaNode(connectionOptions.extend(more)).properties ?? {}
  const own = Object.fromEntries(propertiesOf(schemaNode(declaration.options)))
  return {
    type: 'object',
    properties: { type: { ...type, const: name }, ...common, ...own },
    required: ['type'],
  }
}

const reference: SchemaNode = { type: 'string', pattern: '\\$\\{(env|file):[^}]+\\}' }

/** Closes every mapping with fixed names, and lets a reference stand for any scalar. */
function forEditor(node: SchemaNode): SchemaNode {
  const { secret: _, expected: _told, description, ...rest } = node
  const closed = closeMapping(rest)
  const text = description === undefined ? {} : { description }
  if (!takesReference(node)) return { ...text, ...closed }
  return {
    ...text,
    ...('default' in node ? { default: node.default } : {}),
    anyOf: [closed, reference],
  }
}

function closeMapping(node: SchemaNode): SchemaNode {
  const { properties, additionalProperties, items, anyOf, oneOf, allOf, ...rest } = node
  const all = (nodes: readonly SchemaNode[]) => nodes.map(forEditor)
  return {
    ...rest,
    ...(properties && { properties: mapValues(properties) }),
    ...(properties && additionalProperties === undefined ? { additionalProperties: false } : {}),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: forEditor(additionalProperties),
    }),
    ...(typeof additionalProperties === 'boolean' && { additionalProperties }),
    ...(items && { items: forEditor(items) }),
    ...(anyOf && { anyOf: all(anyOf) }),
    ...(oneOf && { oneOf: all(oneOf) }),
    ...(allOf && { allOf: all(allOf) }),
  }
}

/** A plain text takes one anyway. The version and the types decide what the rest means. */
function takesReference({ type, enum: values, pattern, const: constant }: SchemaNode): boolean {
  if (constant !== undefined) return false
  if (type === 'boolean' || type === 'integer' || type === 'number') return true
  return type === 'string' && (values !== undefined || pattern !== undefined)
}

function mapValues(
  properties: Readonly<Record<string, SchemaNode>>,
): Readonly<Record<string, SchemaNode>> {
  return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, forEditor(one)]))
}
