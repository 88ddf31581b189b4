/**
 * What a read tells of fields that stood together with others until they got columns of their own (`more-fields.ts`): the place that
 * they had among those is empty, as it is after any change that tells of them.
 */
import type { Dialect } from '../../sql/dialect.ts'
import { hasMember, laterFields, memberText, moreFields } from '../columns/more-fields.ts'
import type { FoldedField } from '../fold/folded-field.ts'
import { wrap } from '../log/wrapped.ts'

/**
 * What a read, `read`, tells in the column, wrapped, beside the last version of its record, `known`: that the fields which are in it, and
 * which the read tells in columns of their own, are in it no more. Null where it tells nothing; gives null where no field has left the column.
 */
export function toldOfLeft(
  dialect: Dialect,
  fields: readonly FoldedField[],
  { read, known }: { readonly read: string; readonly known: string },
): { readonly column: string; readonly told: string } | null {
  const column = fields.find(({ field }) => field === moreFields)
  const later = laterFields(fields)
  if (column === undefined || later.size === 0) return null
  const { concat, literal, quote } = dialect
  const held = dialect.canonicalText(`${known}.${quote(column.name)}`, column)
  const left = [...later].map((field) => {
    const own = fields.filter((one) => one.field === field)
    const isTold = own.map(({ name }) => `${read}.${quote(name)} is not null`).join(' or ')
    const member = literal(`,${memberText(field, null)}`)
    return `case when (${isTold}) and ${hasMember(dialect, held, field)} then ${member} else '' end`
  })
  const members = concat([`''`, ...left])
  const object = concat([literal(wrap('{') ?? ''), `substr(${members}, 2)`, literal('}')])
  return { column: column.name, told: `case when ${members} <> '' then ${object} end` }
}
