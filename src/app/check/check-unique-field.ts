/**
 * Never two records: a sync that may create needs a field that the CRM keeps unique and finds
 * consistently (promise 4). Names the missing one, and creates it where the CRM lets us.
 */
import type { Crm, OwnKey } from '../../connector/connector.ts'
import type { ObjectSchema } from '../../model/field.ts'
import type { PushSync } from '../../model/sync.ts'
import { ofCrm } from '../workspace/crm-failure.ts'
import { appErrors } from '../errors.ts'
import { faulty, type Finding, fine } from './finding.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface UniqueField {
  readonly findings: readonly Finding[]
  /** The object's fields as they are now. */
  readonly schema: ObjectSchema
}

export async function checkUniqueField(
  workspace: Workspace,
  sync: PushSync,
  schema: ObjectSchema,
  fix: boolean,
): Promise<UniqueField> {
  const subject = `sync ${sync.name}`
  const { crm, connector } = await workspace.crm(sync.crm)
  const { ownKey } = connector
  const howToMake = crm.createUniqueField === undefined ? ownKey.howToMake : null
  const found = (...all: readonly Finding[]): UniqueField => ({ findings: all, schema })
  if (sync.mode === 'update') return found(fine(subject, 'updates only, needs no unique field'))
  if (identifies(schema, sync.match?.field)) {
    return found(fine(subject, `${sync.object} are told apart by ${sync.match?.field}`))
  }
  const missing = missingField(schema, sync, ownKey)
  if (!fix || crm.createUniqueField === undefined || schema.fields.has(missing.name)) {
    return found(faulty(subject, problem(schema, sync, missing.name, howToMake)))
  }
  await create(workspace, sync, crm, missing)
  const after = await ofCrm(workspace, sync.crm, crm.describe(sync.object))
  if (!identifies(after, missing.name)) {
    return found(faulty(subject, problem(after, sync, missing.name, howToMake)))
  }
  const created = fine(subject, `created the unique field ${missing.name} of ${sync.object}`)
  // The sync doesn't match by it yet, so the check is not passed.
  return sync.match?.field === missing.name
    ? { findings: [created], schema: after }
    : found(created, faulty(subject, problem(after, sync, missing.name, howToMake)))
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
  ownKey: OwnKey,
): { readonly name: string; readonly label: string } {
  if (match === null || schema.fields.has(match.field)) return ownKey
  return { name: match.field, label: match.field.replaceAll('_', ' ') }
}

function problem(
  schema: ObjectSchema,
  sync: PushSync,
  name: string,
  howToMake: string | null,
): ReturnType<typeof appErrors.no_unique_field> {
  const { match, object, place } = sync
  const why = match === null ? 'it matches by no field' : whyNot(schema, match.field)
  const exists = schema.fields.has(name)
  const others = [...schema.fields.values()].filter((field) => field.unique && field.writable)
  const known = others.length === 0 ? 'none' : others.map((field) => field.name).join(', ')
  const making =
    howToMake === null
      ? `Let \`syncline check --fix\` create ${name}`
      : `Create ${name} in the CRM (${howToMake})`
  return appErrors.no_unique_field({
    message: `Sync ${sync.name} may create ${object}, but ${why}. Unique fields of ${object}: ${known}.`,
    remedy: exists
      ? `Match by it: \`match: { ${name}: ${sync.key} }\`.`
      : `${making}, then match by it: \`match: { ${name}: ${match?.field === name ? match.column : sync.key} }\`.`,
    place,
  })
}

function whyNot(schema: ObjectSchema, name: string): string {
  return schema.fields.has(name)
    ? `the CRM does not keep ${name} unique`
    : `there is no field ${name}`
}
