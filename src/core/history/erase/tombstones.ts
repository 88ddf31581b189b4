/**
 * What is left of an erased record: a table of the working schema, one row for each. It holds a digest that only the
 * state's own key can make, so that nobody learns from it who was erased, and every way in knows whom to leave out.
 */
import type { Column } from '../../../model/value.ts'
import type { Catalogue } from '../../sql/catalogue.ts'
import type { Dialect, TableName } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import { listed } from '../../sql/erase.ts'
import type { Statement } from '../../sql/statement.ts'
import { completeTable, createTable, statement } from '../../sql/working-schema.ts'
import type { ObjectOwner } from '../remembered/pulled-objects.ts'

const tombstoneColumns = {
  sync: 'text',
  object: 'text',
  digest: 'text',
  /** Whose key made the digest. */
  state_id: 'text',
  erased_at: 'timestamp_tz',
  /** The sync's name when the digest was made, which is of it; null for the name that it has. */
  erased_as: 'text',
} as const

export function createTombstones(dialect: Dialect, table: TableName): Statement {
  return createTable(dialect, table, tombstoneColumns)
}

/** Brings the table of an older version to this one. */
export function upgradeTombstones(
  dialect: Dialect,
  table: TableName,
  known: Catalogue,
): Statement[] {
  return completeTable(dialect, table, tombstoneColumns, known)
}

/** `[digest, state id, erased as]`. Where the table may be an older version's, `known` are its columns. */
export function listTombstones(
  dialect: Dialect,
  table: TableName,
  owner: ObjectOwner,
  known: readonly Pick<Column, 'name'>[] = Object.keys(tombstoneColumns).map((name) => ({ name })),
): Statement {
  const { quote, types } = dialect
  const hasName = known.some(({ name }) => name === 'erased_as')
  const erasedAs = hasName ? quote('erased_as') : `cast(null as ${types.text})`
  return statement(
    `select ${quote('digest')}, ${quote('state_id')}, ${erasedAs} from ${tableReference(dialect, table)} where ${ownedBy(dialect, owner)}`,
  )
}

/** `[erased as]` of the tombstones of an object: the names by which digests of its records may stand there. */
export function namesErasedUnder(
  dialect: Dialect,
  table: TableName,
  owner: ObjectOwner,
): Statement {
  const name = dialect.quote('erased_as')
  return statement(
    `select distinct ${name} from ${tableReference(dialect, table)} where ${ownedBy(dialect, owner)} and ${name} is not null`,
  )
}

/** A digest stays that of the name under which it was made: nobody knows the ids to make another. */
export function keepErasedAs(dialect: Dialect, table: TableName, sync: string): Statement {
  const { literal, quote } = dialect
  return statement(
    `update ${tableReference(dialect, table)} set ${quote('erased_as')} = ${literal(sync)} where ${quote('sync')} = ${literal(sync)} and ${quote('erased_as')} is null`,
  )
}

/** `[object, number as text]` of those of a sync that another state's key made. */
export function countForeign(
  dialect: Dialect,
  table: TableName,
  sync: string,
  stateId: string,
): Statement {
  const { literal, quote, toText } = dialect
  const object = quote('object')
  return statement(
    `select ${object}, ${toText('count(*)')} from ${tableReference(dialect, table)} where ${quote('sync')} = ${literal(sync)} and ${quote('state_id')} <> ${literal(stateId)} group by ${object} order by ${object}`,
  )
}

export interface NewTombstones {
  readonly digests: readonly string[]
  /** Of the same records, by each name that the sync had before. */
  readonly former: readonly (readonly string[])[]
  readonly stateId: string
  /** Canonical instant. */
  readonly erasedAt: string
}

/** In place of those that stand there: a record that is erased twice has one, whatever the sync's name was. */
export function putTombstones(
  dialect: Dialect,
  table: TableName,
  owner: ObjectOwner,
  { digests, former, stateId, erasedAt }: NewTombstones,
): readonly Statement[] {
  const { literal, quote, types } = dialect
  const reference = tableReference(dialect, table)
  const names = Object.keys(tombstoneColumns).map((name) => quote(name))
  const rows = digests.map((digest) => {
    const texts = [owner.sync, owner.object, digest, stateId].map((text) => literal(text))
    return `(${texts.join(', ')}, cast(${literal(erasedAt)} as ${types.timestamp_tz}), ${literal(owner.sync)})`
  })
  const without = (some: readonly string[]): Statement =>
    listed(
      dialect,
      some,
      (list) =>
        `delete from ${reference} where ${ownedBy(dialect, owner)} and ${quote('digest')} in (${list})`,
    )
  return [
    ...[digests, ...former].map(without),
    statement(`insert into ${reference} (${names.join(', ')}) values ${rows.join(', ')}`),
  ]
}

function ownedBy({ literal, quote }: Dialect, { sync, object }: ObjectOwner): string {
  return `${quote('sync')} = ${literal(sync)} and ${quote('object')} = ${literal(object)}`
}
