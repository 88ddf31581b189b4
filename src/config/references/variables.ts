/** The one place that reads the process's environment, and the project's `.env`. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { configErrors } from '../errors.ts'
import { type Problem, problem } from '../problem.ts'

export type Variables = Readonly<Record<string, string | undefined>>

/** A copy: later changes to the process do not reach a loaded project. */
export function processVariables(): Variables {
  return { ...process.env }
}

export interface ReadVariables {
  readonly variables: Variables
  readonly problems: readonly Problem[]
}

/** `.env` under `variables`: what is really set always wins. Without a `.env`, `variables` alone. */
export async function withDotenv(directory: string, variables: Variables): Promise<ReadVariables> {
  let text: string
  try {
    text = await readFile(join(directory, '.env'), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { variables, problems: [] }
    }
    const details = { place: { file: '.env' }, message: '.env can not be read.' }
    return { variables, problems: [problem(configErrors.unreadable, details)] }
  }
  const set = Object.entries(variables).filter(([, value]) => value !== undefined)
  return { variables: { ...parseEnv(text), ...Object.fromEntries(set) }, problems: [] }
}
