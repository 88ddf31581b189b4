/** How commands choose syncs: by name, by tag, or all. */
import { selectSyncs } from '../app/select-syncs.ts'
import type { Project } from '../config/project.ts'
import type { PushSync } from '../model/sync.ts'
import { flag, type Invocation, type OptionDeclarations, text } from './command.ts'

export const choiceOptions = {
  all: { type: 'boolean', description: 'All syncs of the project.' },
  tag: { type: 'string', description: 'Syncs that have this tag.', value: '<tag>' },
} as const satisfies OptionDeclarations

export function chosenSyncs(
  { values, positionals }: Invocation,
  project: Project,
): readonly PushSync[] {
  const tag = text(values, 'tag')
  return selectSyncs(project, {
    names: positionals,
    all: flag(values, 'all'),
    ...(tag === undefined ? {} : { tag }),
  })
}

/** Where nothing is chosen every good sync is meant, even none: for commands that only look. */
export function chosenOrAll(invocation: Invocation, project: Project): readonly PushSync[] {
  return isChosen(invocation) ? chosenSyncs(invocation, project) : project.syncs
}

/** Whether some syncs were named, by themselves or by a tag. */
export function isChosen({ values, positionals }: Invocation): boolean {
  return positionals.length > 0 || text(values, 'tag') !== undefined
}
