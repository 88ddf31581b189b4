/** Which syncs a command is about. */
import { formatProblems } from '../../config/format-problems.ts'
import type { Project } from '../../config/project.ts'
import { nearest } from '../../model/nearest.ts'
import { isOf, type Sync, type SyncOf, type SyncType } from '../../model/sync.ts'
import { appErrors } from '../errors.ts'

export interface SyncSelection {
  readonly names: readonly string[]
  readonly tag?: string
  readonly all: boolean
}

/**
 * As `selectSyncs`, for what is done with syncs of one direction: `all` and a tag mean those, and another that is
 * meant by name is refused with `app.other_direction`.
 */
export function selectSyncsOf<Type extends SyncType>(
  type: Type,
  project: Project,
  selection: SyncSelection,
): readonly SyncOf<Type>[] {
  const selected = selectSyncs(project, selection)
  const fitting = selected.filter((sync) => isOf(type, sync))
  const [other] = selected.filter((sync) => !isOf(type, sync))
  const isByName = selection.names.length > 0 || (selection.tag === undefined && !selection.all)
  if (other !== undefined && (isByName || fitting.length === 0)) throw otherDirection(other)
  return fitting
}

const whatInstead: Readonly<Record<SyncType, string>> = {
  push: 'plan it with `syncline plan`, run it with `syncline run`, and compare it with its CRM with `syncline verify`.',
  pull: 'run it with `syncline run`, and compare its tables with the CRM with `syncline reconcile`.',
}

function otherDirection({ name, type }: Sync): Error {
  const wanted = type === 'push' ? 'pulls' : 'pushes'
  return appErrors.other_direction({
    message: `Sync ${name} is a ${type}; this command is for ${wanted} only.`,
    remedy: `Name another sync. Of a ${type}: ${whatInstead[type]}`,
  })
}

/** By names, by a tag, or all; in an order in which `after` is respected. */
export function selectSyncs(project: Project, selection: SyncSelection): readonly Sync[] {
  const { names, tag, all } = selection
  const chosen =
    names.length > 0
      ? names.map((name) => namedSync(project, name))
      : project.syncs.filter((sync) => (tag === undefined ? all : sync.tags.includes(tag)))
  if (chosen.length > 0) return inOrder(chosen)
  const [only, another] = [...project.syncs, ...project.badSyncs]
  if (tag === undefined && only !== undefined && another === undefined) {
    return [namedSync(project, only.name)]
  }
  if (tag === undefined) refuseOnlyBad(project)
  throw nothingChosen(project, tag)
}

function nothingChosen({ syncs, badSyncs }: Project, tag: string | undefined): Error {
  const bad = badSyncs.map(({ name }) => `${name} (with errors)`)
  const names = [...syncs.map(({ name }) => name), ...bad].join(', ')
  if (syncs.length === 0) {
    return appErrors.no_syncs({
      message: 'The project has no sync: there is no file under syncs/.',
    })
  }
  if (tag === undefined) {
    const remedy = 'Name one or several of them, or say --all.'
    return appErrors.no_syncs({
      message: `No sync was named, and the project has: ${names}.`,
      remedy,
    })
  }
  const tags = [...new Set(syncs.flatMap((sync) => sync.tags))]
  const known = tags.length === 0 ? 'no sync has a tag' : `the tags are: ${tags.join(', ')}`
  return appErrors.no_syncs({
    message: `No sync has the tag ${tag}; ${known}.`,
    remedy: 'Use a tag that a sync has under `tags`, or name the syncs.',
  })
}

/** Where nothing can run because everything has errors, the errors are what to tell. */
function refuseOnlyBad({ syncs, badSyncs }: Project): void {
  if (syncs.length > 0 || badSyncs.length === 0) return
  const problems = badSyncs.flatMap((bad) => bad.problems.map((one) => ({ ...one, sync: null })))
  // What is wrong of two syncs together is told once.
  const told = [...new Map(problems.map((one) => [JSON.stringify(one), one])).values()]
  throw appErrors.bad_sync({ message: `No sync can run.\n\n${formatProblems(told)}` })
}

function namedSync(project: Project, name: string): Sync {
  const found = project.syncs.find((sync) => sync.name === name)
  if (found !== undefined) return found
  const bad = project.badSyncs.find((sync) => sync.name === name)
  if (bad !== undefined) {
    const told = formatProblems(bad.problems)
    throw appErrors.bad_sync({ message: `Sync ${name} has errors.\n\n${told}` })
  }
  const successor = project.syncs.find((sync) => sync.renamedFrom === name)
  if (successor !== undefined) throw renamed(name, successor)
  const all = project.syncs.map((sync) => sync.name)
  const meant = nearest(name, all)
  throw appErrors.unknown_sync({
    message: `There is no sync ${name}${meant === null ? '.' : `; did you mean ${meant}?`}`,
  })
}

function renamed(name: string, { name: successor }: Sync): Error {
  return appErrors.unknown_sync({
    message: `There is no sync ${name} any more: it is ${successor} now.`,
    remedy: `Use the name ${successor}.`,
  })
}

/** Those that others come after go first; configuration has refused rings. */
export function inOrder(syncs: readonly Sync[]): readonly Sync[] {
  const ordered: Sync[] = []
  const add = (sync: Sync): void => {
    if (ordered.includes(sync)) return
    for (const name of sync.after) {
      const before = syncs.find((other) => other.name === name)
      if (before !== undefined) add(before)
    }
    ordered.push(sync)
  }
  for (const sync of syncs) add(sync)
  return ordered
}
