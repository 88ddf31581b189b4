/** How commands choose syncs: by name, by tag, or all. */
import { selectSyncs, selectSyncsOf, type SyncSelection } from '../app/workspace/select-syncs.ts'
import type { Project } from '../config/project.ts'
import type { Sync, SyncOf, SyncType } from '../model/sync.ts'
import { flag, type Invocation, type OptionDeclarations, text } from './command.ts'

export const choiceOptions = choosing('syncs')

/** For commands that are about syncs of one direction. */
export const choiceOptionsOf = {
  push: choosing('pushes'),
  pull: choosing('pulls'),
} as const satisfies Readonly<Record<SyncType, OptionDeclarations>>

function choosing(what: string) {
  const capital = `${what.charAt(0).toUpperCase()}${what.slice(1)}`
  return {
    all: { type: 'boolean', description: `All ${what} of the project.` },
    tag: { type: 'string', description: `${capital} that have this tag.`, value: '<tag>' },
  } as const satisfies OptionDeclarations
}

export function chosenSyncs(invocation: Invocation, project: Project): readonly Sync[] {
  return selectSyncs(project, selectionOf(invocation))
}

export function chosenSyncsOf<Type extends SyncType>(
  type: Type,
  invocation: Invocation,
  project: Project,
): readonly SyncOf<Type>[] {
  return selectSyncsOf(type, project, selectionOf(invocation))
}

function selectionOf({ values, positionals }: Invocation): SyncSelection {
  const tag = text(values, 'tag')
  return { names: positionals, all: flag(values, 'all'), ...(tag === undefined ? {} : { tag }) }
}

/** Where nothing is chosen every good sync is meant, even none: for commands that only look. */
export function chosenOrAll(invocation: Invocation, project: Project): readonly Sync[] {
  return isChosen(invocation) ? chosenSyncs(invocation, project) : project.syncs
}

/** Whether some syncs were named, by themselves or by a tag. */
export function isChosen({ values, positionals }: Invocation): boolean {
  return positionals.length > 0 || text(values, 'tag') !== undefined
}
