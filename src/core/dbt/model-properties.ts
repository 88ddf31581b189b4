/** The property file of the models of a pull, as a value. */
import {
  described,
  keyDescription,
  type Properties,
  stateColumns,
  tested,
} from './column-properties.ts'
import { type DbtObject, type DbtSync, latestModelName, stagingModelName } from './dbt-sync.ts'
import { jinjaString, plainText } from './jinja.ts'
import { boundColumn, partDescriptions } from './version-columns.ts'

export function modelProperties(input: DbtSync): Properties {
  return {
    version: 2,
    models: input.objects.flatMap((object) => [staging(input, object), latest(input, object)]),
  }
}

function staging(input: DbtSync, object: DbtObject): Properties {
  const { sync } = input
  const tests = referenceTests(input, object)
  return {
    name: stagingModelName(sync, object),
    description: `${plainText(object.label)} as they are, a row for each record.`,
    columns: [
      tested(object.key.name, keyDescription, ['unique', 'not_null']),
      ...described(object).map((column) => {
        const test = tests.get(column.name)
        return test === undefined ? column : tested(column.name, column.description, [test])
      }),
      { name: boundColumn(sync.history.preset, 'start'), description: partDescriptions.start },
    ],
  }
}

/**
 * By column. They warn only: a CRM may keep the id of a record that was deleted, and objects are read one after
 * the other. What is kept as hashes is compared with nothing.
 */
function referenceTests(
  { sync, dialect, objects }: DbtSync,
  { pins, references = {} }: DbtObject,
): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>()
  for (const { field, kind, name } of pins) {
    const other = objects.find((one) => one.name === references[field])
    if (other === undefined || other.key.kind !== kind) continue
    const target = `ref(${jinjaString(stagingModelName(sync, other))})`
    const to = { to: target, field: dialect.quote(other.key.name) }
    found.set(name, { relationships: { arguments: to, config: { severity: 'warn' } } })
  }
  return found
}

function latest({ sync }: DbtSync, object: DbtObject): Properties {
  return {
    name: latestModelName(sync, object),
    description: `${plainText(object.label)}: the last version of each record, deleted ones included. Built on from what was loaded since.`,
    columns: [
      tested(object.key.name, keyDescription, ['unique', 'not_null']),
      ...described(object),
      { name: boundColumn(sync.history.preset, 'start'), description: partDescriptions.start },
      {
        name: '_deleted_at',
        description:
          'When the record was deleted or merged into another one; null while it is there.',
      },
      ...stateColumns,
      { name: '_loaded_at', description: 'When the last change of the record was loaded.' },
    ],
  }
}
