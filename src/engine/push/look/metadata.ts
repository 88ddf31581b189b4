/** The CRM's metadata joined with the sync's mapping, read once per run and only when needed. */
import { compileMapping } from '../../../core/mapping/compile.ts'
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import type { ObjectSchema } from '../../../model/field.ts'
import type { Column } from '../../../model/value.ts'
import type { Collaborators, RunContext } from '../../context.ts'
import { describeObject, ownObject } from './describe-object.ts'
import { asOneError, type Fault } from './faults.ts'
import { identityFaults, mappingFaults, requiredFaults } from './mapping-faults.ts'
import { readReferences } from './references.ts'
import { targetFaults } from './target-faults.ts'

/** Throws one error that tells of everything that is wrong. */
export async function readMapping(
  context: RunContext,
  columns: readonly Column[],
): Promise<CompiledMapping> {
  const { sync, connector } = context
  const schema = await describeObject(context, ownObject(sync))
  const { mapping, faults } = await joinMapping(context, schema, columns)
  const all = [...faults, ...identityFaults(sync, schema, connector)]
  if (mapping === null || all.length > 0) throw asOneError(all)
  return mapping
}

export interface JoinedMapping {
  /** Null where a mapped name or type does not fit. */
  readonly mapping: CompiledMapping | null
  readonly faults: readonly Fault[]
}

/** All but what identifies a record. Throws where the CRM does not answer. */
export async function joinMapping(
  context: Pick<Collaborators, 'sync' | 'crm' | 'connector'> & Partial<Pick<RunContext, 'keyName'>>,
  schema: ObjectSchema,
  columns: readonly Column[],
): Promise<JoinedMapping> {
  const { sync, connector } = context
  const read = await readReferences(context)
  const compiled = compileMapping({
    sync,
    schema,
    ownKey: connector.ownKey.name,
    keyName: context.keyName,
    columns,
    normalise: connector.normalise,
    references: read.references,
    lists: connector.lists.map(({ name }) => name),
  })
  const faults = [
    ...(compiled.ok ? [] : mappingFaults(sync, compiled.problems)),
    ...requiredFaults(sync, schema, connector),
    ...read.faults,
    ...(await targetFaults(context)),
  ]
  return { mapping: compiled.ok ? compiled.mapping : null, faults }
}
