/**
 * What the fold knows of a record beside its values, as three marks that are carried forward like values, each
 * the last of its kind up to a change:
 *
 * - `presence`: `O` opened by a create, restore or read, `C` closed by a delete or merge. Without any, updates
 *   show that there is a record.
 * - `knowledge`: `O` wholly known, `P` opened with values that may be older than the opening, `F` a full update,
 *   `C` closed, `G` a gap. A partial read says neither, it opens only.
 * - `news`: `U` an update, `D` something that opens or closes.
 */
import type { Dialect } from '../../sql/dialect.ts'

export const markNames = ['presence', 'knowledge', 'news'] as const
export type MarkName = (typeof markNames)[number]

export type Marks = Readonly<Record<MarkName, string>>

/** The marks that a change makes, from its columns `_op` and `_partial` in the table of that alias. */
export function marksOfChange({ quote }: Dialect, alias: string): Marks {
  const op = `${alias}.${quote('_op')}`
  const partial = `${alias}.${quote('_partial')}`
  return {
    presence: `case when ${op} in ('create', 'restore', 'read') then 'O' when ${op} in ('delete', 'merge') then 'C' end`,
    knowledge: `case when ${op} = 'gap' then 'G' when ${op} in ('delete', 'merge') then 'C' when ${op} = 'update' then case when ${partial} then null else 'F' end when ${partial} then case when ${op} = 'read' then null else 'P' end else 'O' end`,
    news: `case when ${op} = 'update' then 'U' when ${op} <> 'gap' then 'D' end`,
  }
}

/** The marks as one text, `-` for one that is not there. */
export function marksText(dialect: Dialect, marks: Marks): string {
  return dialect.concat(markNames.map((name) => `coalesce(${marks[name]}, '-')`))
}

/** The marks in such a text. */
export function marksIn(text: string): Marks {
  const at = (position: number): string => `nullif(substr(${text}, ${position}, 1), '-')`
  return { presence: at(1), knowledge: at(2), news: at(3) }
}

/** Whether there is a record: never null. Only a create, restore or read opens after a delete. */
export function isAlive({ presence, news }: Marks): string {
  return `(coalesce(${presence}, 'X') = 'O' or (${presence} is null and coalesce(${news}, 'X') = 'U'))`
}

/**
 * Whether the record must be fetched before its values can be relied upon: never null. Of one that is open, the
 * last word on its knowledge decides. A closed one is in doubt after news of it, or a gap.
 */
export function isDirty(marks: Marks): string {
  const { knowledge, news } = marks
  return `case when ${isAlive(marks)} then coalesce(${knowledge}, 'X') not in ('O', 'F') else coalesce(${news}, 'X') = 'U' or coalesce(${knowledge}, 'X') = 'G' end`
}

/** Whether the last version in the table of that alias is to be seen whole before it is relied upon: never null. */
export function isInDoubt({ quote }: Dialect, alias: string): string {
  const marks = `${alias}.${quote('_last_marks')}`
  return `(${marks} is not null and ${isDirty(marksIn(marks))})`
}
