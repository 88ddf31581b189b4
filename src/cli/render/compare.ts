/** What comparing found, as lines and as JSON. */
import {
  type CompareRequest,
  dataSetName,
  type DataSetComparison,
  type SampleRow,
  type TableComparison,
} from '../../app/compare/compare-tables.ts'
import { errorJson } from './error.ts'
import { count, many } from './plan.ts'

export function isEqual({ pairs, onlyLeft, onlyRight }: DataSetComparison): boolean {
  const isWhole = onlyLeft.length === 0 && onlyRight.length === 0
  return isWhole && pairs.every(({ found }) => !('error' in found) && found.equal)
}

export function comparisonLines(
  { left, right }: Pick<CompareRequest, 'left' | 'right'>,
  comparison: DataSetComparison,
): readonly string[] {
  const { pairs, onlyLeft, onlyRight } = comparison
  const tables = pairs.flatMap((pair) => [
    `${pair.left} and ${pair.right}: ${'error' in pair.found ? 'not compared' : verdict(pair.found)}`,
    ...('error' in pair.found ? [] : tableLines(pair.found)),
  ])
  return [
    ...tables,
    ...nameList(`tables only in ${dataSetName(left)}`, onlyLeft),
    ...nameList(`tables only in ${dataSetName(right)}`, onlyRight),
  ]
}

function verdict({ equal, rows, columns }: TableComparison): string {
  const same = `${many(rows.equal, 'row')} the same in ${many(columns.compared, 'column')}`
  if (equal) return rows.equal === 0 ? 'equal, both without a row' : `equal, ${same}`
  const parts = [
    [rows.differing, 'differ'],
    [rows.onlyLeft, 'only left'],
    [rows.onlyRight, 'only right'],
  ] as const
  const told = parts
    .filter(([number]) => number > 0)
    .map(([number, how]) => `${count(number)} ${how}`)
  return [same, ...told].join(', ')
}

function tableLines(found: TableComparison): readonly string[] {
  const { columns, byColumn, samples } = found
  const differing = Object.entries(byColumn).toSorted(([, a], [, b]) => b - a)
  return [
    ...differing.map(([column, rows]) => `    ${count(rows)} ${column}`),
    ...nameList('  columns only left', columns.onlyLeft),
    ...nameList('  columns only right', columns.onlyRight),
    ...columns.notCompared.map(
      ({ column, left, right }) => `  not compared, ${column}: ${left} is never equal to ${right}`,
    ),
    ...columns.otherKinds.map(
      ({ column, left, right }) => `  compared all the same, ${column}: ${left} and ${right}`,
    ),
    ...(['left', 'right'] as const).flatMap((side) => keyLines(side, found)),
    ...samples.flatMap(sampleLines),
  ]
}

function keyLines(side: 'left' | 'right', { key, keys }: TableComparison): readonly string[] {
  const { nullRows, duplicateKeys, duplicateRows } = keys[side]
  const of = key.join(', ')
  return [
    ...(nullRows === 0
      ? []
      : [`  ${side}: ${many(nullRows, 'row')} with a null in the key (${of})`]),
    ...(duplicateKeys === 0
      ? []
      : [
          `  ${side}: ${many(duplicateRows, 'row')} with ${many(duplicateKeys, 'key')} between them (${of}), compared as sets of whole rows`,
        ]),
  ]
}

const sampleTitles: Readonly<Record<SampleRow['kind'], string>> = {
  differing: '',
  only_left: ' only left',
  only_right: ' only right',
}

/** Of a row that one side lacks the key says enough; the rest is in the JSON. */
function sampleLines({ kind, key, unique, values }: SampleRow): readonly string[] {
  const named = Object.entries(key).map(([column, value]) => `${column} ${shown(value)}`)
  const head = `  ${named.join(', ')}${sampleTitles[kind]}${unique ? '' : ' (the key is not unique)'}`
  if (kind !== 'differing') return [head]
  const fields = Object.entries(values).map(
    ([column, { left = null, right = null }]) =>
      `      ${column}: ${shown(left)} | ${shown(right)}`,
  )
  return [head, ...fields]
}

const longest = 60

/** Null and an empty text are two things. */
function shown(value: string | null): string {
  if (value === null) return 'null'
  return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value)
}

function nameList(title: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${title}: ${names.join(', ')}`]
}

export function comparisonJson(
  { left, right }: Pick<CompareRequest, 'left' | 'right'>,
  comparison: DataSetComparison,
): Readonly<Record<string, unknown>> {
  return {
    left: dataSetName(left),
    right: dataSetName(right),
    equal: isEqual(comparison),
    tables: comparison.pairs.map((pair) => ({
      left: pair.left,
      right: pair.right,
      ...('error' in pair.found ? { error: errorJson(pair.found.error) } : tableJson(pair.found)),
    })),
    only_left: comparison.onlyLeft,
    only_right: comparison.onlyRight,
  }
}

function tableJson(found: TableComparison): Readonly<Record<string, unknown>> {
  const { equal, key, columns, rows, keys, byColumn, samples, buckets } = found
  const keyJson = ({
    nullRows,
    duplicateKeys,
    duplicateRows,
  }: TableComparison['keys']['left']) => ({
    null_rows: nullRows,
    duplicate_keys: duplicateKeys,
    duplicate_rows: duplicateRows,
  })
  return {
    equal,
    key,
    rows: {
      left: rows.left,
      right: rows.right,
      equal: rows.equal,
      differing: rows.differing,
      only_left: rows.onlyLeft,
      only_right: rows.onlyRight,
    },
    by_column: byColumn,
    columns: {
      compared: columns.compared,
      only_left: columns.onlyLeft,
      only_right: columns.onlyRight,
      not_compared: columns.notCompared,
      other_kinds: columns.otherKinds,
    },
    keys: { left: keyJson(keys.left), right: keyJson(keys.right) },
    samples,
    buckets: { total: buckets.total, differing: buckets.differing, rows_read: buckets.rowsRead },
  }
}
