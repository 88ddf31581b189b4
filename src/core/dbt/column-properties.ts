/** Columns of sources and models, as property files describe them. */
import { type DbtObject, fieldColumns } from './dbt-sync.ts'
import { plainText } from './jinja.ts'

/** What becomes YAML. */
export type Properties = Readonly<Record<string, unknown>>

export const keyDescription = 'The id of the record in the CRM.'

export const stateColumns = [
  {
    name: '_dirty',
    description: 'Whether news of the record is known to be missing: it will be read again.',
  },
  {
    name: '_merged_into',
    description: 'The id of the record that this one was merged into; null for none.',
  },
] as const

export type DescribedColumn = {
  readonly name: string
  readonly description: string
  readonly data_type: string
}

/** The CRM's own words for what is in a column. */
export function described(object: DbtObject): readonly DescribedColumn[] {
  return fieldColumns(object).map(({ name, label, field, nativeType }) => ({
    name,
    description: plainText(label === field ? `Field ${field}.` : `${label} (field ${field}).`),
    data_type: nativeType,
  }))
}

export function tested(name: string, description: string, tests: readonly unknown[]): Properties {
  return { name, description, quote: true, data_tests: tests }
}
