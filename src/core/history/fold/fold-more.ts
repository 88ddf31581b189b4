/**
 * Carries forward what stands together in the column of `more-fields.ts`. Of each field in it the last change that tells it
 * counts, as if it had a column: after each change that tells of any, the column holds all that are known.
 */
import { listed } from '../columns/own-columns.ts'
import { type FoldInput, seen, sortColumns, survivor, toldAt } from './fold-source.ts'
import type { FoldedField } from './folded-field.ts'
import { markNames } from '../log/marks.ts'
import { moreFields } from '../columns/more-fields.ts'
import { wrappedText } from '../log/wrapped.ts'

/** The column, where the object has fields without one of their own. */
export function moreColumn(fields: readonly FoldedField[]): FoldedField | null {
  return fields.find(({ field }) => field === moreFields) ?? null
}

/** Steps of the fold behind `counted`; the last one has the same columns. */
export function mergedSteps(
  { dialect, fields }: FoldInput,
  column: FoldedField,
): readonly (readonly [name: string, query: string])[] {
  const { object, quote } = dialect
  const [key, position, more] = [quote('_key'), quote('_position'), quote(column.name)]
  const [name, text, until] = [quote('_name'), quote('_text'), quote('_until')]
  const members = object.members(wrappedText(`c.${more}`))
  const isTold = `c.${more} <> ''`
  const told = `select c.${key} as ${key}, c.${position} as ${position}, ${members.name} as ${name}, ${members.text} as ${text}, lead(c.${position}) over (partition by c.${key}, ${members.name} order by c.${position}) as ${until} from (select * from counted as c where ${isTold}) as c ${members.from}`
  const known = `select c.${key} as ${key}, c.${position} as ${position}, ${object.of(`m.${name}`, `m.${text}`)} as ${text} from counted as c join members as m on m.${key} = c.${key} and m.${position} <= c.${position} and (m.${until} is null or m.${until} > c.${position}) where ${isTold} and m.${text} is not null group by c.${key}, c.${position}`
  const own = [
    '_key',
    '_shown_at',
    ...sortColumns,
    ...markNames,
    toldAt,
    seen,
    survivor,
    '_position',
  ]
  const others = [...own, ...fields.map((one) => one.name).filter((one) => one !== column.name)]
  const held = `case when ${isTold} then coalesce(${dialect.concat([`'='`, `k.${text}`])}, '') else c.${more} end as ${more}`
  const merged = `select ${listed(dialect, others, 'c')}, ${held} from counted as c left join gathered as k on k.${key} = c.${key} and k.${position} = c.${position}`
  return [
    ['members', told],
    ['gathered', known],
    ['merged', merged],
  ]
}
