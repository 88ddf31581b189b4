/** What can only be seen across syncs: their order, what they share, and their former names. */
import { configErrors } from '../errors.ts'
import { type Located, placeAt } from '../yaml/located.ts'
import { nearest } from '../../model/nearest.ts'
import { removesRecords } from '../../model/sync.ts'
import type { ObjectKeys } from './object-keys.ts'
import type { PushOptions } from '../options/push-options.ts'
import type { SyncOptions } from '../options/sync-options.ts'
import { type Problem, problem } from '../problem.ts'
import type { IsRight } from '../validation/right-parts.ts'

/** A sync whose options fit their declaration, or were made to. */
export interface SyncDraft {
  readonly name: string
  /** To be believed as far as they are right. */
  readonly options: SyncOptions
  readonly tree: Located
  readonly isRight: IsRight
}

type PushDraft = SyncDraft & { readonly options: PushOptions }

function isPush(draft: SyncDraft): draft is PushDraft {
  return draft.options.type === 'push'
}

/** Problems by sync; `names` holds all syncs, unreadable ones included. */
export function checkSyncs(
  drafts: readonly SyncDraft[],
  names: ReadonlySet<string>,
  keyOf: ObjectKeys,
): ReadonlyMap<string, readonly Problem[]> {
  const found = new Map<string, Problem[]>()
  const pushes = drafts.filter(isPush)
  const claimed = Map.groupBy(drafts, (draft) => draft.options.renamed_from ?? null)
  for (const draft of drafts) {
    found.set(draft.name, [
      ...afterProblems(draft, drafts, names),
      ...(isPush(draft) ? sharedProblems(draft, pushes, keyOf) : []),
      ...renameProblems(draft, claimed, names),
    ])
  }
  return found
}

function afterProblems(
  draft: SyncDraft,
  drafts: readonly SyncDraft[],
  names: ReadonlySet<string>,
): Problem[] {
  const problems = draft.options.after.flatMap((name, index) => {
    if (names.has(name)) return []
    const place = placeAt(draft.tree, ['after', index])
    const message = `There is no sync ${name}.`
    const meant = nearest(name, names)
    return [problem(configErrors.after, { place, message, found: name, nearest: meant })]
  })
  const circle = circleThrough(
    draft.name,
    new Map(drafts.map((one) => [one.name, one.options.after])),
  )
  if (circle !== null) {
    const message = `\`after\` closes a circle: ${circle.join(' after ')}.`
    problems.push(problem(configErrors.after, { place: placeAt(draft.tree, ['after']), message }))
  }
  return problems
}

/** The shortest way from a sync back to itself, or null. */
function circleThrough(
  start: string,
  after: ReadonlyMap<string, readonly string[]>,
): string[] | null {
  const seen = new Set<string>()
  let ways: string[][] = [[start]]
  while (ways.length > 0) {
    const longer: string[][] = []
    for (const way of ways) {
      for (const next of after.get(way.at(-1) ?? '') ?? []) {
        if (next === start) return [...way, next]
        if (!seen.has(next)) longer.push([...way, next])
        seen.add(next)
      }
    }
    ways = longer
  }
  return null
}

/**
 * What two syncs both do is one problem for both of them, at the place of the first. Match fields do not
 * count as written: syncs of one object usually find their records by the same field, and each only
 * follows its own row's value.
 */
function sharedProblems(
  draft: PushDraft,
  drafts: readonly PushDraft[],
  keyOf: ObjectKeys,
): Problem[] {
  return drafts.flatMap((other) => {
    if (other === draft || !sameObject(draft.options, other.options, keyOf)) return []
    if (draft.options.shared && other.options.shared) return []
    // Whose object is not known, or who may have said `shared`, is not to be blamed.
    if (![draft, other].every(({ isRight }) => isRight(...sharing))) return []
    const inOrder = drafts.indexOf(draft) < drafts.indexOf(other)
    return inOrder ? sharedBy(draft, other) : sharedBy(other, draft)
  })
}

const sharing = ['to.connection', 'to.object', 'shared']

function sharedBy(first: PushDraft, second: PushDraft): Problem[] {
  const { options, tree } = first
  const both = `The syncs ${first.name} and ${second.name} both`
  const remedy = 'Leave it to one of the two, or say `shared: true` in both.'
  const problems: Problem[] = []
  const fields = Object.keys(options.fields).filter((field) => writes(second.options, field))
  const [field] = fields
  if (field !== undefined) {
    const message = `${both} write ${fields.map((name) => `${options.to.object}.${name}`).join(', ')}.`
    const place = placeAt(tree, ['fields', field])
    problems.push(
      problem(configErrors.shared, { place, message, found: fields.join(', '), remedy }),
    )
  }
  if ([options, second.options].every((one) => removesRecords(one.removed_rows))) {
    const message = `${both} archive or delete ${options.to.object}.`
    const place = placeAt(tree, ['removed_rows'])
    problems.push(problem(configErrors.shared, { place, message, remedy }))
  }
  return problems
}

function sameObject({ to: a }: PushOptions, { to: b }: PushOptions, keyOf: ObjectKeys): boolean {
  const isSame = keyOf(a.connection, a.object) === keyOf(b.connection, b.object)
  return a.connection === b.connection && isSame
}

function writes(options: PushOptions, field: string): boolean {
  return Object.keys(options.fields).some((one) => fold(one) === fold(field))
}

function fold(name: string): string {
  return name.toLowerCase()
}

function renameProblems(
  draft: SyncDraft,
  claimed: ReadonlyMap<string | null, readonly SyncDraft[]>,
  names: ReadonlySet<string>,
): Problem[] {
  const former = draft.options.renamed_from
  if (former === undefined) return []
  const place = placeAt(draft.tree, ['renamed_from'])
  if (names.has(former)) {
    const message =
      former === draft.name
        ? `The sync ${former} can not be renamed from itself.`
        : `The sync ${former} still exists, so this one can not be its new name.`
    return [problem(configErrors.renamed_from, { place, message, found: former })]
  }
  const rival = claimed.get(former)?.find((one) => one !== draft)
  if (rival === undefined) return []
  const message = `The sync ${rival.name} claims the former name ${former} too.`
  return [problem(configErrors.renamed_from, { place, message, found: former })]
}
