/** The model and the baseline made ready for the diff: names checked, types aligned, versions known. */
import { createHash } from 'node:crypto'
import { fieldMappings, mappedColumns } from '../../../core/mapping/mapping.ts'
import {
  compareVersions,
  type KnownVersion,
  type MappingFields,
  mappingFields,
  otherSources,
  type VersionChange,
} from '../../../core/mapping/version.ts'
import type { MappedSince } from '../../../core/plan/remapped.ts'
import type { DiffInput } from '../../../core/sql/diff.ts'
import { tableReference } from '../../../core/sql/names.ts'
import { evolveBaseline, retypedColumns, surplusColumns } from '../../../core/sql/evolve.ts'
import { commonKeys, keptKey } from '../../../core/sql/kept-key.ts'
import { knownCounts } from '../../../core/sql/known-counts.ts'
import type { Statement } from '../../../core/sql/statement.ts'
import { createBaseline, createHeld, statement } from '../../../core/sql/working-schema.ts'
import type { Column } from '../../../model/value.ts'
import type { Session } from '../../../warehouse/warehouse.ts'
import type { RunContext } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'
import { asOneError } from '../look/faults.ts'
import { columnFaults } from '../look/mapping-faults.ts'
import { describeModel, modelQuery, toldOfModel } from './model-query.ts'
import { fenceStatement } from '../../working-schema.ts'

export interface PreparedModel {
  readonly diff: DiffInput
  readonly versions: VersionChange & MappedSince & { readonly fields: MappingFields }
  /** Columns that the baseline has and the mapping does not read any more. */
  readonly surplus: readonly Column[]
  /** The query to copy before the diff; null where the model is a table. */
  readonly materialise: string | null
  /** Records that are present, by the baseline. */
  readonly baselineRows: number
}

/** Which rows a push is about. */
export interface Selection {
  readonly onlyKey: string | null
  readonly limit: number | null
}

export const everything: Selection = { onlyKey: null, limit: null }

export async function prepareModel(
  context: RunContext,
  session: Session,
  selection: Selection,
): Promise<PreparedModel> {
  const { sync, dialect, run, tables } = context
  const source = modelQuery(sync, dialect)
  const available = await describeModel(sync, session, dialect)
  const faults = columnFaults(sync, available)
  if (faults.length > 0) throw asOneError(faults)
  const keys = columnsNamed([sync.key], available)
  const [key] = keys
  if (key === undefined) throw new Error('a required column is checked above')
  const columns = usedColumns(context, available)
  refuseTwice(context, [...new Set([...keys, ...columns])])
  const { key: baselineKey, retyped, surplus } = await readyBaseline(context, session, key, columns)
  const versions = await mappingVersion(context, session, columns)
  const known = await readKnown(context, session)
  const diff: DiffInput = {
    dialect,
    run,
    sync: tables,
    model: source.materialise ? tableReference(dialect, run.model) : source.from,
    key,
    baselineKey,
    columns,
    retyped,
    withRemoved: sync.removedRows !== 'ignore',
    leavesAdopted: !sync.deleteAdopted,
    onlyKey: selection.onlyKey,
    limit: selection.limit,
    mappingVersion: versions.version,
    staleVersions: [...versions.touched.keys()],
    withReopened: known.reopened > 0,
    withHeld: known.held > 0,
    metadata: null,
  }
  const materialise = source.materialise ? source.query : null
  return { diff, versions, surplus, materialise, baselineRows: known.present }
}

/** The columns that make a row due: those in use, which behind a transform may be any. */
function usedColumns({ sync }: RunContext, available: readonly Column[]): readonly Column[] {
  return sync.transform === null
    ? columnsNamed(mappedColumns(sync), available)
    : available.filter((column) => column.kind !== 'unsupported')
}

function columnsNamed(names: readonly string[], available: readonly Column[]): readonly Column[] {
  return names.flatMap((name) => available.filter((column) => column.name === name))
}

/** Names that differ in case alone are one to some warehouses, and no two columns of a table of ours. */
function refuseTwice({ sync, dialect }: RunContext, columns: readonly Column[]): void {
  const names = columns.map(({ name }) => (dialect.foldsNames ? name.toLowerCase() : name))
  const twice = columns.find((_, index) => names.indexOf(names[index] ?? '') < index)
  if (twice === undefined) return
  const file = sync.model.kind === 'query' ? sync.model.file : null
  throw pushErrors.duplicate_column({
    message: `Sync ${sync.name}${file === null ? '' : `, ${file}`}: the model has more than one column ${twice.name}.`,
    place: file === null ? sync.place : { file },
  })
}

interface ReadyBaseline extends Pick<PreparedModel, 'surplus'>, Pick<DiffInput, 'retyped'> {
  readonly key: Column
}

/** Creates the baseline or gives it the columns that it lacks. */
async function readyBaseline(
  context: RunContext,
  session: Session,
  key: Column,
  columns: readonly Column[],
): Promise<ReadyBaseline> {
  const { dialect, tables } = context
  const existing = await session.columns(tables.baseline.schema, tables.baseline.table)
  if (existing === null) {
    await session.execute([
      fenceStatement(context),
      createBaseline(dialect, tables, keptKey(dialect, key), columns),
      createHeld(dialect, tables),
    ])
    return { key: { ...keptKey(dialect, key), name: 'key' }, surplus: [], retyped: new Set() }
  }
  await refuseOtherKeys(context, session, key, existing)
  const surplus = surplusColumns(dialect, existing, columns)
  const retyped = retypedColumns(dialect, existing, columns)
  const kept = columns.map((column) => retyped.get(column.name) ?? column)
  const evolution = evolveBaseline(dialect, tables, existing, key, [...kept, ...surplus])
  if (evolution.statements.length > 0) {
    await session.execute([fenceStatement(context), ...evolution.statements])
  }
  return { key: evolution.key, surplus, retyped: new Set(retyped.keys()) }
}

/**
 * Keys that change their type are kept as texts from then on. Those of the new type may still name the same records, or none of
 * them: then every record would be made again, or removed. What was made text can't tell afterwards, so this is asked before.
 */
async function refuseOtherKeys(
  context: RunContext,
  session: Session,
  key: Column,
  existing: readonly Column[],
): Promise<void> {
  const { sync, dialect, tables } = context
  const baselineKey = existing.find(({ name }) => name === 'key')
  if (baselineKey === undefined || baselineKey.kind === key.kind) return
  const keys = { model: modelQuery(sync, dialect).from, key, baselineKey }
  const [row] = await toldOfModel(sync, session.query(commonKeys(dialect, tables, keys)))
  const [ofModel, known, common] = (row ?? []).map(Number)
  if (ofModel === 0 || known === 0 || common !== 0) return
  throw pushErrors.other_keys({
    message: `Sync ${sync.name}: key column ${key.name} is now of type ${key.nativeType}, and none of its values is a key that was pushed before.`,
    place: sync.place,
  })
}

async function readKnown(
  { dialect, tables }: RunContext,
  session: Session,
): Promise<Readonly<Record<'present' | 'reopened' | 'held', number>>> {
  const [row] = await session.query(knownCounts(dialect, tables))
  const [present = 0, reopened = 0, held = 0] = (row ?? []).map(Number)
  return { present, reopened, held }
}

async function mappingVersion(
  context: RunContext,
  session: Session,
  columns: readonly Column[],
): Promise<PreparedModel['versions']> {
  const { dialect, shared, sync } = context
  const { literal, quote, toText } = dialect
  const mappings = tableReference(dialect, shared.mappings)
  const rows = await session.query(
    statement(
      `select ${toText(quote('version'))}, ${quote('fields')} from ${mappings} where ${quote('sync')} = ${literal(sync.name)} order by ${quote('version')}`,
    ),
  )
  const known = rows.map(
    ([version, fields]): KnownVersion => ({
      version: Number(version),
      fields: JSON.parse(fields ?? '{}') as KnownVersion['fields'],
    }),
  )
  const transform =
    sync.transform === null ? null : createHash('sha256').update(sync.transform.text).digest('hex')
  const current = mappingFields(fieldMappings(sync), columns, transform)
  const change = compareVersions(current, known)
  return { ...change, fields: current, otherSources: otherSources(current, known) }
}

/**
 * The mapping is the one that rows are considered under from now on: it is recorded under its version, and the baseline lets
 * go of columns that it does not read, and of values of another type. A plan alone does not, nor what a guard stopped: nothing was pushed under a mapping
 * that a person only looked at.
 */
export async function takeUpMapping(
  context: RunContext,
  { diff, surplus, versions }: Pick<PreparedModel, 'diff' | 'surplus' | 'versions'>,
): Promise<void> {
  const { dialect, tables, warehouse } = context
  const isFitting = surplus.length === 0 && diff.retyped.size === 0
  if (!versions.isNew && isFitting) return
  await warehouse.session(async (session) => {
    if (versions.isNew) {
      await session.execute([fenceStatement(context), insertVersion(context, versions)])
    }
    if (isFitting) return
    const existing = (await session.columns(tables.baseline.schema, tables.baseline.table)) ?? []
    const { statements } = evolveBaseline(dialect, tables, existing, diff.key, diff.columns)
    await session.execute([fenceStatement(context), ...statements])
  })
}

function insertVersion(
  { dialect, shared, sync }: RunContext,
  { fields, version }: PreparedModel['versions'],
): Statement {
  const { literal, quote } = dialect
  const names = ['sync', 'version', 'fields'].map((name) => quote(name)).join(', ')
  return statement(
    `insert into ${tableReference(dialect, shared.mappings)} (${names}) values (${literal(sync.name)}, ${version}, ${literal(JSON.stringify(fields))})`,
  )
}
