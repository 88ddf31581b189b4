/**
 * Never two records: a sync that may create needs a field that the CRM keeps unique and finds
 * consistently (promise 4). Names the missing one, and creates it where the CRM lets us.
 */
import type { Crm } from '../connector/connector.ts'
import type { ObjectSchema } from '../model/field.ts'
import type { PushSync } from '../model/sync.ts'
import { ofCrm } from './crm-failure.ts'
import { discoverFields } from './discover.ts'
import { appErrors } from './errors.ts'
import { faulty, type Finding, fine } from './finding.ts'
import type { Workspace } from './workspace.ts'

/** What our own field is called where the sync names none. */
const ownField = { name: 'syncline_key', label: 'Syncline key' } as const

export async function checkUniqueField(
  workspace: Workspace,
  sync: PushSync,
  fix: boolean,
): Promise<readonly Finding[]> {
  const subject = `sync ${sync.name}`
  const { crm } = await workspace.crm(sync.crm)
  // Also where nothing more is needed: a misspelt object is to be found here, not by the first run.
  const schema = await discoverFields(workspace, sync.crm, sync.object)
  if (sync.mode === 'update') return [fine(subject, 'updates only, needs no unique field')]
  if (identifies(schema, sync.match?.field)) {
    return [fine(subject, `${sync.object} are told apart by ${sync.match?.field}`)]
  }
  const missing = missingField(schema, sync)
  if (!fix || crm.createUniqueField === undefined || schema.fields.has(missing.name)) {
    return [faulty(subject, problem(schema, sync, missing.name))]
  }
  await create(workspace, sync, crm, missing)
  const after = await ofCrm(workspace, sync.crm, crm.describe(sync.object))
  if (!identifies(after, missing.name)) return [faulty(subject, problem(after, sync, missing.name))]
  const created = fine(subject, `created the unique field ${missing.name} of ${sync.object}`)
  // The sync doesn't match by it yet, so the check is not passed.
  return sync.match?.field === missing.name
    ? [created]
    : [created, faulty(subject, problem(after, sync, missing.name))]
}

async function create(
  workspace: Workspace,
  sync: PushSync,
  crm: Crm,
  field: { readonly name: string; readonly label: string },
): Promise<void> {
  const connection = workspace.project.connections.get(sync.crm)
  if (connection?.writable === false) {
    throw appErrors.no_unique_field({
      message: `Sync ${sync.name}: ${field.name} can't be created. ${connection.notWritableBecause ?? ''}`,
      remedy: 'Run the check in the environment that may write, with --env.',
    })
  }
  await ofCrm(workspace, sync.crm, crm.createUniqueField?.(sync.object, field) ?? Promise.resolve())
}

function identifies(schema: ObjectSchema, name: string | undefined): boolean {
  const field = name === undefined ? undefined : schema.fields.get(name)
  return field !== undefined && field.unique && field.lookup
}

/** The field that the sync means to match by, if nobody has made it yet; else our own. */
function missingField(
  schema: ObjectSchema,
  { match }: PushSync,
): { readonly name: string; readonly label: string } {
  if (match === null || schema.fields.has(match.field)) return ownField
  return { name: match.field, label: match.field.replaceAll('_', ' ') }
}

function problem(
  schema: ObjectSchema,
  sync: PushSync,
  name: string,
): ReturnType<typeof appErrors.no_unique_field> {
  const { match, object, place } = sync
  const why = match === null ? 'it matches by no field' : whyNot(schema, match.field)
  const exists = schema.fields.has(name)
  const others = [...schema.fields.values()].filter((field) => field.unique && field.writable)
  const known = others.length === 0 ? 'none' : others.map((field) => field.name).join(', ')
  return appErrors.no_unique_field({
    message: `Sync ${sync.name} may create ${object}, but ${why}. Unique fields of ${object}: ${known}.`,
    remedy: exists
      ? `Match by it: \`match: { ${name}: ${sync.key} }\`.`
      : `Let \`syncline check --fix\` create ${name}, then match by it: \`match: { ${name}: ${match?.field === name ? match.column : sync.key} }\`.`,
    place,
  })
}

function whyNot(schema: ObjectSchema, name: string): string {
  return schema.fields.has(name)
    ? `the CRM does not keep ${name} unique`
    : `there is no field ${name}`
}
