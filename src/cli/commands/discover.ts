/** `syncline discover`: what a CRM has to push to, or to pull from where that is all it can be used for. */
import { crmConnection, crmConnections } from '../../app/workspace/crm-connection.ts'
import {
  type SourceObject,
  readableFields,
  readableObjects,
} from '../../app/check/discover-source.ts'
import {
  discoverFields,
  discoverObjects,
  type Field,
  type ObjectSchema,
} from '../../app/check/discover.ts'
import type { Connection, Project } from '../../config/project.ts'
import type { Command } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { table } from '../render/table.ts'

const shownOptions = 6

export const discover: Command = {
  name: 'discover',
  summary: 'Lists the objects of a CRM, or the fields of one.',
  arguments: '[connection] [object]',
  mostArguments: 2,
  options: {},
  run(invocation) {
    const { output, positionals } = invocation
    return withWorkspace(invocation, async (workspace) => {
      const { connection, object } = meant(workspace.project, positionals)
      const isPushed = connection.syncTypes.includes('push')
      if (object === null) {
        const list = isPushed ? discoverObjects : readableObjects
        const objects = await list(workspace, connection.name)
        for (const line of table(objects.map(({ name, label }) => [name, label]))) output.line(line)
        output.result({ connection: connection.name, objects })
        return exitCode.fine
      }
      if (!isPushed) {
        const found = await readableFields(workspace, connection.name, object)
        for (const line of readableTable(found)) output.line(line)
        output.result({ connection: connection.name, ...readableJson(found) })
        return exitCode.fine
      }
      const schema = await discoverFields(workspace, connection.name, object)
      for (const line of fieldTable(schema)) output.line(line)
      output.result({
        connection: connection.name,
        object: schema.object,
        label: schema.label,
        fields: [...schema.fields.values()].map((field) => fieldJson(schema, field)),
      })
      return exitCode.fine
    })
  },
}

/** With one CRM its name may be left out: `discover contacts`. */
function meant(
  project: Project,
  [first, second]: readonly string[],
): { readonly connection: Connection; readonly object: string | null } {
  const crms = crmConnections(project)
  const isName = crms.some(({ name }) => name === first)
  if (first !== undefined && second === undefined && !isName && crms.length === 1) {
    return { connection: crmConnection(project, undefined), object: first }
  }
  return { connection: crmConnection(project, first), object: second ?? null }
}

function fieldTable(schema: ObjectSchema): readonly string[] {
  const rows = [...schema.fields.values()].map((field) => [
    field.name,
    field.type,
    field.writable ? 'writable' : 'read-only',
    [field.unique ? 'unique' : '', schema.required.includes(field.name) ? 'required' : '']
      .filter((word) => word !== '')
      .join(', '),
    field.label,
    optionsText(field),
  ])
  return table([['field', 'type', 'access', '', 'label', 'options'], ...rows])
}

/** As a pull names them, in its patterns too. */
function readableTable({ fields }: SourceObject): readonly string[] {
  const rows = fields.map(({ name, kind, label, options = [] }) => [
    name,
    kind,
    label,
    optionsText({ options }),
  ])
  return table([['field', 'kind', 'label', 'options'], ...rows])
}

function readableJson({
  name,
  label,
  resolution,
  fields,
}: SourceObject): Readonly<Record<string, unknown>> {
  return {
    object: name,
    label,
    resolution,
    fields: fields.map((field) => ({
      name: field.name,
      label: field.label,
      kind: field.kind,
      scale: field.scale ?? null,
      options: field.options ?? null,
    })),
  }
}

function optionsText({ options = [], references }: Pick<Field, 'options' | 'references'>): string {
  if (references !== undefined) return `id of ${references}`
  const shown = options.slice(0, shownOptions).map(({ value }) => value)
  return options.length > shownOptions
    ? `${shown.join(', ')} and ${options.length - shownOptions} more`
    : shown.join(', ')
}

function fieldJson(schema: ObjectSchema, field: Field): Readonly<Record<string, unknown>> {
  const { name, label, type, writable, unique, lookup, maxLength, scale, options } = field
  return {
    name,
    label,
    type,
    writable,
    unique,
    lookup,
    required: schema.required.includes(name),
    max_length: maxLength ?? null,
    scale: scale ?? null,
    options: options ?? null,
    references: field.references ?? null,
  }
}
