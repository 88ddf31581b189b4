/**
 * Links of which nobody knows whether they stand: they were to be written, and no answer told of it. Until the association
 * is confirmed again they are kept beside the values of the record, or they would stay once the model has moved on.
 */
import { isAssociation } from '../mapping/association.ts'
import type { CompiledField, CompiledMapping } from '../mapping/mapping.ts'
import type { CrmValue, FieldChange } from '../../model/operation.ts'
import type { BaselineRow } from './plan-row.ts'

type Values = Readonly<Record<string, CrmValue>>
type Withheld = BaselineRow['withheld']
type Changes = Readonly<Record<string, FieldChange>>

/** Beside which name the ids of such links stand; people read it where a record is explained. */
function doubtName(association: string): string {
  return `${association} (in doubt)`
}

/** Ids of records that the association may lead to, besides the one that was confirmed. */
export function linksInDoubt(values: Values, association: string): readonly string[] {
  return (values[doubtName(association)] ?? '').split(' ').filter((id) => id !== '')
}

/**
 * Ids of which the first that the association leads to stands for its value: while the record still has one that must go, it
 * goes, though the wanted one be there already.
 */
export function linksToLookFor(
  known: Values,
  association: string,
  wanted: string | null,
): readonly (string | null)[] {
  const ours = [known[association] ?? null, ...linksInDoubt(known, association)]
  return [...ours.filter((id) => id !== wanted), wanted]
}

/** Values of which nothing is in doubt for the association. */
export function withoutDoubt(values: Values, association: string): Values {
  const { [doubtName(association)]: _settled, ...rest } = values
  return rest
}

/** What is withheld, without associations of which a link is in doubt: those were to be written since. */
export function withheldBut(withheld: Withheld, values: Values): Withheld {
  return Object.fromEntries(
    Object.entries(withheld).filter(([name]) => linksInDoubt(values, name).length === 0),
  )
}

/** `values` after changes of which nobody knows whether they were made; `known` are the values before them. */
export function withLinksInDoubt(values: Values, known: Values, changes: Changes): Values {
  const after: Record<string, CrmValue> = { ...values }
  for (const [name, change] of Object.entries(changes)) {
    if (!isAssociation(name)) continue
    delete after[name]
    if (change.sent !== undefined) after[name] = change.sent
    const ids = new Set([...linksInDoubt(known, name), change.after].filter((id) => id !== null))
    if (ids.size > 0) after[doubtName(name)] = [...ids].join(' ')
  }
  return after
}

/** `values` where the association was not changed but for links in `gone`; `known` are the values before. */
export function withLinkAsBefore(
  values: Values,
  known: Values,
  association: string,
  gone: readonly string[],
): Values {
  const { [association]: _planned, ...rest } = withoutDoubt(values, association)
  const confirmed = known[association]
  const isKnown = confirmed !== undefined && (confirmed === null || !gone.includes(confirmed))
  const doubts = linksInDoubt(known, association).filter((id) => !gone.includes(id))
  return {
    ...rest,
    ...(isKnown ? { [association]: confirmed } : {}),
    ...(doubts.length > 0 ? { [doubtName(association)]: doubts.join(' ') } : {}),
  }
}

/**
 * `values` after a look that saw `seen`: of all links that may stand, the one that must go first, or else the one that is to
 * stay.
 */
export function afterLook(values: Values, seen: Values): Values {
  const names = Object.keys(seen).filter((name) => linksInDoubt(values, name).length > 0)
  return names.reduce((known, name) => settled(known, name, seen[name] ?? null), values)
}

function settled(values: Values, association: string, held: CrmValue): Values {
  const others = linksInDoubt(values, association).filter((id) => id !== held)
  const known = { ...withoutDoubt(values, association), [association]: held }
  // Where none of ours stands, no other one does.
  if (held === null || others.length === 0) return known
  return { ...known, [doubtName(association)]: others.join(' ') }
}

/** Associations of a reopened row that were to be written and never were confirmed. */
export function unlinked(
  baseline: BaselineRow | null,
  { fields }: CompiledMapping,
): readonly CompiledField[] {
  if (baseline?.reopened !== true) return []
  return fields.filter(
    (compiled) =>
      isUnconfirmed(compiled, baseline) && baseline.withheld[compiled.field.name] === undefined,
  )
}

/** The baseline, where `late` are fields that were mapped after the record was made, and are not given to it any more. */
export function withoutLateLinks(
  baseline: BaselineRow,
  { fields }: CompiledMapping,
  late: ReadonlySet<string>,
): BaselineRow {
  const never = fields.filter(
    (compiled) =>
      late.has(compiled.field.name) &&
      isUnconfirmed(compiled, baseline) &&
      linksInDoubt(baseline.crmValues, compiled.field.name).length === 0,
  )
  const left = never.map(({ field }) => [field.name, 'skipped'] as const)
  return { ...baseline, withheld: { ...baseline.withheld, ...Object.fromEntries(left) } }
}

function isUnconfirmed(
  { association, field: { name } }: CompiledField,
  { crmValues }: BaselineRow,
): boolean {
  if (association === null) return false
  return crmValues[name] === undefined || linksInDoubt(crmValues, name).length > 0
}
