/** What the commands that read another tool's tables share: how a person says which column is which field. */
import type { ImportRequest } from '../app/pull/take-over.ts'
import type { Invocation, OptionDeclarations, ParsedValues } from './command.ts'
import { text, texts } from './command.ts'
import { cliErrors } from './errors.ts'

export const oldColumnOptions = {
  key: {
    type: 'string',
    description: 'The column with the ids of records in the other tool’s tables; default id.',
    value: '<column>',
  },
  map: {
    type: 'string',
    multiple: true,
    description: 'Which field of the CRM a column is of, where its name does not tell.',
    value: '<object.column=field>',
  },
  keep: {
    type: 'string',
    multiple: true,
    description: 'Columns of fields that the CRM does not have any more, with * for any part.',
    value: '<object.column>',
  },
  ignore: {
    type: 'string',
    multiple: true,
    description: 'Columns to leave out, with * for any part.',
    value: '<object.column>',
  },
} as const satisfies OptionDeclarations

/** As much as both commands are told of columns. */
type ColumnsSaid = Pick<ImportRequest, 'key' | 'columns'>

export function columnsSaid({ values }: Pick<Invocation, 'values'>): ColumnsSaid {
  return {
    key: text(values, 'key') ?? 'id',
    columns: {
      mapped: texts(values, 'map').map(readMapped),
      kept: patterns(values, 'keep'),
      ignored: patterns(values, 'ignore'),
    },
  }
}

/** `deals.amount=value` */
function readMapped(given: string): ColumnsSaid['columns']['mapped'][number] {
  const [, object, column, field] = /^([^.=]+)\.([^=]+)=(.+)$/.exec(given) ?? []
  if (object !== undefined && column !== undefined && field !== undefined) {
    return { object, column, field }
  }
  throw cliErrors.usage({
    message: `--map takes a column and its field as object.column=field, not ${given}.`,
  })
}

function patterns(values: ParsedValues, name: string): readonly string[] {
  const all = texts(values, name)
  const wrong = all.find((one) => !/^[^.]+\..+$/.test(one))
  if (wrong === undefined) return all
  throw cliErrors.usage({ message: `--${name} takes a column as object.column, not ${wrong}.` })
}

/** `deals=crm_deals` as the table of an object. */
export function tablesSaid(values: ParsedValues): ImportRequest['tables'] {
  const pairs = texts(values, 'table').map((given) => {
    const [object, table, ...more] = given.split('=')
    if (object && table && more.length === 0) return [object, table] as const
    throw cliErrors.usage({ message: `--table takes object=table, not ${given}.` })
  })
  return new Map(pairs)
}
