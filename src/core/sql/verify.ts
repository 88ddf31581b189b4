/** Reading a baseline back page by page, and taking over values that a person's edit made true. */
import type { CrmValue, Disposition } from '../../model/operation.ts'
import type { Column, Row } from '../../model/value.ts'
import { byRow } from './by-row.ts'
import type { Dialect } from './dialect.ts'
import { type SyncTables, tableReference, valueColumn } from './names.ts'
import type { Statement } from './statement.ts'

/** What a baseline row says of its record. */
export interface BaselineRecord {
  readonly remoteId: string
  readonly key: string
  readonly crmValues: Readonly<Record<string, CrmValue>>
  readonly withheld: Readonly<Record<string, Disposition>>
  /** Of the columns that were asked for, those in which the row has a value. */
  readonly filled: ReadonlySet<string>
}

/**
 * Present records in the order of their ids, after one. Of model columns in `columns` is asked only
 * whether they have a value.
 */
export function baselineAfter(
  dialect: Dialect,
  sync: SyncTables,
  key: Column,
  columns: readonly string[],
  page: { readonly after: string; readonly limit: number },
): Statement {
  const { quote } = dialect
  const id = quote('remote_id')
  const filled = columns.map((column) => {
    const value = quote(valueColumn(dialect, column))
    return `, case when ${value} is null then '0' else '1' end`
  })
  return {
    text: `select ${id}, ${dialect.canonicalText(quote('key'), key)}, ${quote('crm_values')}, ${quote('withheld')}${filled.join('')} from ${tableReference(dialect, sync.baseline)} where ${id} > ${dialect.placeholder(1)} and ${quote('presence')} = 'present' order by ${id} limit ${page.limit}`,
    parameters: [page.after],
  }
}

/** `columns` as they were asked for. */
export function readBaselineRecord(row: Row, columns: readonly string[]): BaselineRecord {
  const [remoteId, key, crmValues, withheld, ...filled] = row
  return {
    remoteId: remoteId ?? '',
    key: key ?? '',
    crmValues: JSON.parse(crmValues ?? '{}') as BaselineRecord['crmValues'],
    withheld: JSON.parse(withheld ?? '{}') as BaselineRecord['withheld'],
    filled: new Set(columns.filter((_, index) => filled[index] === '1')),
  }
}

/** Sets the values that the CRM is known to hold, by record. */
export function acceptValues(
  dialect: Dialect,
  sync: SyncTables,
  records: readonly Pick<BaselineRecord, 'remoteId' | 'crmValues'>[],
): Statement {
  const { quote } = dialect
  const { value, isOne, parameters } = byRow(
    dialect,
    quote('remote_id'),
    records.map(({ remoteId, crmValues }) => [remoteId, JSON.stringify(crmValues)]),
  )
  return {
    text: `update ${tableReference(dialect, sync.baseline)} set ${quote('crm_values')} = ${value(quote('crm_values'))} where ${isOne}`,
    parameters,
  }
}
