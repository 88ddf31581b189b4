/** Where the journal is: beside the state, always. */
import { join, parse } from 'node:path'
import type { Project } from '../../config/project.ts'
import type { JournalLocation } from '../../journal/open-journal.ts'

export function journalLocation({ state }: Pick<Project, 'state'>): JournalLocation {
  if (state.kind === 'postgres') return state
  return { kind: 'sqlite', file: journalFileOf(state.path) }
}

/** In a file of its own in the folder of the state. */
export function journalFileOf(stateFile: string): string {
  const { dir, name } = parse(stateFile)
  // States of several environments may stand in one folder; none shares its journal.
  return join(dir, name === 'state' ? 'journal.db' : `${name}.journal.db`)
}
