/** The property file of the sources of a pull, as a value: tables and columns, their tests, and when they are late. */
import { changeColumns } from '../history/columns/own-columns.ts'
import {
  described,
  keyDescription,
  type Properties,
  stateColumns,
  tested,
} from './column-properties.ts'
import { type DbtObject, type DbtSync, readsSourceName, sourceName } from './dbt-sync.ts'
import { jinjaString, plainText, variable } from './jinja.ts'
import { overlapTest } from './overlap-test.ts'
import { boundColumn, describedParts, isActive } from './version-columns.ts'

const hourMs = 3_600_000
const dayHours = 24

/** `readsTable` of the working schema has a row for each read. */
export function sourceProperties(input: DbtSync, readsTable: string): Properties {
  const { sync, objects, workingSchema } = input
  const name = sourceName(sync)
  const place = (schema: string): Properties => ({
    database: variable(`${name}_database`, 'target.database'),
    schema,
    // As they were made: some warehouses read names without quotes in capitals.
    quoting: { schema: true, identifier: true },
  })
  return {
    version: 2,
    sources: [
      {
        name,
        description: plainText(
          `Records that the sync ${sync.name} pulls from the connection ${sync.crm}.`,
        ),
        ...place(variable(`${name}_schema`, jinjaString(sync.schema))),
        tables: objects.flatMap((object) => [
          ...objectSources(input, object),
          ...listSources(object),
        ]),
      },
      {
        name: readsSourceName(sync),
        description: plainText(
          `When the sync ${sync.name} last read each object, whether or not anything had changed.`,
        ),
        ...place(variable(`${name}_working_schema`, jinjaString(workingSchema))),
        tables: objects.map((object) => readsSource(input, object, readsTable)),
      },
    ],
  }
}

function objectSources(input: DbtSync, object: DbtObject): readonly Properties[] {
  const { sync, dialect } = input
  const { preset } = sync.history
  const { changes, current, history } = object.tables
  const label = plainText(object.label)
  const [start, end] = [boundColumn(preset, 'start'), boundColumn(preset, 'end')]
  const shown = describedParts(preset).map(([name, description]) =>
    name === start ? tested(name, description, ['not_null']) : { name, description },
  )
  const columns = (keyTests: readonly unknown[]): readonly Properties[] => [
    tested(object.key.name, keyDescription, keyTests),
    ...shown,
    ...stateColumns,
    ...described(object),
  ]
  const oneActive = { unique: { config: { where: isActive(dialect, preset) } } }
  const bounds = { key: object.key.name, starts_at: start, ends_at: end }
  return [
    {
      name: current.table,
      description: `${label} as they are: the active version of each record.`,
      columns: columns(['unique', 'not_null']),
    },
    {
      name: history.table,
      description: `${label}: every version of each record, with when it held.`,
      data_tests: [{ [overlapTest.name]: { arguments: bounds } }],
      columns: columns(['not_null', oneActive]),
    },
    {
      name: changes.table,
      description: `${label}: every change as it was received. The columns of fields are texts here.`,
      columns: Object.keys(changeColumns).map((name) => ({
        name,
        description: changeDescriptions[name as keyof typeof changeColumns],
      })),
    },
  ]
}

function listSources({ label, lists }: DbtObject): readonly Properties[] {
  const versions = { current: 'active version', history: 'version' }
  return lists.map(({ column, of, view, columns }) => ({
    name: view.table,
    description: `${plainText(label)}: a row for each element of ${column} in each ${versions[of]}.`,
    columns: columns.map(({ name, nativeType }) => ({ name, data_type: nativeType })),
  }))
}

/** A read is on time or late, however long ago the last change was. */
function readsSource({ sync, dialect }: DbtSync, object: DbtObject, table: string): Properties {
  const { literal, quote } = dialect
  const hours = (name: string, fallback: number): Properties => ({
    count: variable(`${sourceName(sync)}_${name}_after_hours`, String(fallback)),
    period: 'hour',
  })
  // Where a calendar decides, nobody knows here how long it leaves between two.
  const wholeRead = Math.ceil((sync.wholeReadEveryMs ?? 7 * dayHours * hourMs) / hourMs)
  return {
    name: object.name,
    identifier: table,
    description: `Reads of ${plainText(object.label)}, one row each.`,
    config: {
      loaded_at_field: quote('ended_at'),
      freshness: {
        warn_after: hours('warn', Math.min(dayHours, wholeRead)),
        error_after: hours('error', dayHours + wholeRead),
        filter: `${quote('sync')} = ${literal(sync.name)} and ${quote('object')} = ${literal(object.name)}`,
      },
    },
  }
}

const changeDescriptions: Readonly<Record<keyof typeof changeColumns, string>> = {
  _change_id: 'The same however often the change is received.',
  _key: 'The id of the record in the CRM, as text.',
  _op: 'What happened: create, update, delete, merge, restore, read or gap.',
  _partial: 'Whether the change tells some fields only.',
  _event_at: 'When it happened, to sort by.',
  _shown_at: 'When it happened, as the CRM tells it.',
  _rank: 'Sorts changes of one instant.',
  _sequence: 'The place among changes of one instant, where the CRM tells it.',
  _observed_at: 'When the CRM was seen to say so, by its own clock.',
  _merged_into: 'The id of the survivor of a merge.',
  _origin: 'How the change was come by.',
  _loaded_at: 'When the change was loaded.',
}
