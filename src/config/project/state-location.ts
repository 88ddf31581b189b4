/** Where the state of one environment is. */
import { resolve } from 'node:path'
import { environmentPlaceholder, type ProjectOptions } from '../options/project-options.ts'
import type { StateLocation } from '../project.ts'

export const defaultStatePath = `.syncline/${environmentPlaceholder}/state.db`
export const defaultStateSchema = `syncline_state_${environmentPlaceholder}`

export function stateLocation(
  state: ProjectOptions['state'],
  directory: string,
  environment: string,
): StateLocation {
  if (state.url !== undefined) {
    const schema = forEnvironment(state.schema ?? defaultStateSchema, environment)
    return { kind: 'postgres', url: state.url, schema }
  }
  const path = resolve(directory, forEnvironment(state.path ?? defaultStatePath, environment))
  return { kind: 'sqlite', path }
}

/** The text with the environment's name in place of the placeholder. */
export function forEnvironment(text: string, environment: string): string {
  return text.replaceAll(environmentPlaceholder, environment)
}
