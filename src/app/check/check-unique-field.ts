/**
 * Never two records: a sync that may create needs a field that the CRM keeps unique and finds
 * consistently (promise 4). Names the missing one, and creates it where the CRM lets us.
 */
import type { Crm, OwnKey } from '../../connector/connector.ts'
import { identityOf } from '../../core/mapping/mapping.ts'
import type { ObjectSchema } from '../../model/field.ts'
import { nearest } from '../../model/nearest.ts'
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
  const found = (finding: Finding): UniqueField => ({ findings: [finding], schema })
  if (sync.mode === 'update') return found(fine(subject, 'updates only, needs no unique field'))
  const isThere = sync.match === null || schema.fields.has(sync.match.field)
  const told = isThere ? toldApart(sync, schema, ownKey) : null
  if (told !== null) return found(fine(subject, told))
  const missing = missingField(schema, sync, ownKey)
  const creatable = crm.createUniqueField !== undefined
  const makes = creatable ? null : ownKey.howToMake
  if (!fix || !creatable || schema.fields.has(missing.name)) {
    return found(faulty(subject, problem(schema, sync, missing.name, { ownKey, makes })))
  }
  await create(workspace, sync, crm, missing)
  const after = await ofCrm(workspace, sync.crm, crm.describe(sync.object))
  if (toldApart(sync, after, ownKey) === null) {
    return found(faulty(subject, problem(after, sync, missing.name, { ownKey, makes })))
  }
  const created = `created the unique field ${missing.name} of ${sync.object}`
  return { findings: [fine(subject, created)], schema: after }
}

/** By what the sync's records are told apart, in words; null where nothing does. */
function toldApart(sync: PushSync, { fields }: ObjectSchema, ownKey: OwnKey): string | null {
  const { match, object } = sync
  const identity = identityOf(sync, fields, ownKey.name)
  if (identity === null) return null
  const apart = `${object} are told apart by ${identity.field.name}`
  if (identity.valueOf === null) return apart
  const finds = match === null ? '' : `; ${match.field} finds those that are there`
  return `${apart}, which every create carries${finds}`
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
  { ownKey, makes }: { readonly ownKey: OwnKey; readonly makes: string | null },
): ReturnType<typeof appErrors.no_unique_field> {
  const { match, object, place } = sync
  const why = match === null ? 'it matches by no field' : whyNot(schema, match.field)
  const others = [...schema.fields.values()].filter((field) => field.unique && field.writable)
  const known = others.length === 0 ? 'none' : others.map((field) => field.name).join(', ')
  const making =
    makes === null
      ? `Let \`syncline check --fix\` create ${name}.`
      : `Create ${name} in the CRM (${makes}).`
  return appErrors.no_unique_field({
    message: `Sync ${sync.name} may create ${object}, but ${why}. Unique fields of ${object}: ${known}.`,
    remedy: schema.fields.has(name)
      ? `Match by a unique field. ${name} is there and does not do: ${ownKey.howToMake}.`
      : making,
    place,
  })
}

function whyNot({ fields }: ObjectSchema, name: string): string {
  if (fields.has(name)) return `the CRM does not keep ${name} unique`
  const meant = nearest(name, fields.keys())
  return `there is no field ${name}${meant === null ? '' : ` (did you mean ${meant}?)`}`
}
