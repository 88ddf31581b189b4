/** How a person starts this program from where they stand, so that every hint can be copied and run. */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Variables } from '../config/references/variables.ts'
import { programModule, runsFromSource } from '../model/program-files.ts'

/** What `syncline` stands for where nobody says how it was started. */
export const programName = 'syncline'

/** `started` is the file that Node was told to run. */
export function thisProgram(variables: Variables, started: string, directory: string): string {
  if (!runsFromSource) return asPackage(variables, started)
  if (variables.npm_lifecycle_event !== undefined) return 'npm run -s syncline --'
  const main = fileURLToPath(programModule('cli/main'))
  return `node ${relative(directory, main)}`
}

/** Only a program that was installed for all of the machine is found by its bare name. */
function asPackage({ npm_command: command }: Variables, started: string): string {
  const isLocal = command === 'exec' || started.replaceAll('\\', '/').includes('/node_modules/')
  return isLocal ? 'npx syncline' : programName
}

/**
 * `syncline …` between backticks as it can be run from here: by this program's name, and in the
 * folder and environment that the present command was told. Commands that take neither stay short;
 * a file that a local CRM keeps its state in is of the folder.
 */
export function runnable(text: string, program: string, chosen: string): string {
  const command = (words: string): string => {
    const isGeneral = /^(simulate|init|demo)\b(?!.* --state )|<command>|--help$|^--/.test(words)
    return `${program} ${words}${isGeneral ? '' : chosen}`
  }
  // A line of its own is there to be copied.
  const alone = /^( *)`syncline ([^`]+)`$/.exec(text)
  if (alone !== null) return `${alone[1]}${command(alone[2] ?? '')}`
  return text.replaceAll(/`syncline ([^`]+)`/g, (_, words: string) => `\`${command(words)}\``)
}
