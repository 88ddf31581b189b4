/** From arguments to exit code. */
import { resolve } from 'node:path'
import type { Variables } from '../config/references/variables.ts'
import { type Command, type ParsedValues, text } from './command.ts'
import { commandNames, loadCommand, loadCommands } from './commands/commands.ts'
import { namingHelpOf } from './errors.ts'
import { exitCode, exitCodeOf } from './exit-code.ts'
import { commandHelp, overview } from './help.ts'
import { Output, type Result, type Streams } from './output.ts'
import { nameOf, parseArguments, splitCommand } from './parse-arguments.ts'
import { shellWord } from './render/shell-word.ts'
import { errorJson, errorLines } from './render/error.ts'
import { programName, runnable } from './this-program.ts'
import { version } from './version.ts'

export interface CliEnvironment extends Streams {
  readonly variables: Variables
  readonly signal: AbortSignal
  readonly directory: string
  /** How the person starts this program; `syncline` where nobody says. */
  readonly program?: string
  /** Told what `--json` would show, whether or not it does. */
  readonly onResult?: (result: Result) => void
}

export async function runCli(
  argv: readonly string[],
  environment: CliEnvironment,
): Promise<number> {
  const output = new Output(environment, argv.includes('--json'), environment.onResult)
  try {
    return await dispatch(argv, environment, output)
  } catch (error) {
    for (const line of errorLines(error)) output.note(line)
    output.result({ error: errorJson(error) })
    return exitCodeOf(error)
  }
}

async function dispatch(
  argv: readonly string[],
  environment: CliEnvironment,
  output: Output,
): Promise<number> {
  const { program = programName } = environment
  output.showCommands((line) => runnable(line, program, ''))
  if (argv[0] === '--version') {
    output.line(version)
    output.result({ version })
    return exitCode.fine
  }
  const { name, rest } = splitCommand(argv)
  if (name === 'help' && rest[0] !== undefined && !rest[0].startsWith('-')) {
    output.line(commandHelp(await commandOf(rest[0])))
    return exitCode.fine
  }
  if (name === undefined || name === 'help') {
    output.line(overview(await loadCommands()))
    const isAsked = name === 'help' || rest.some((word) => word === '--help' || word === '-h')
    return isAsked ? exitCode.fine : exitCode.request
  }
  const command = await commandOf(name)
  try {
    return await runCommand(command, rest, environment, output)
  } catch (error) {
    throw namingHelpOf(command.name, error)
  }
}

async function runCommand(
  command: Command,
  words: readonly string[],
  environment: CliEnvironment,
  output: Output,
): Promise<number> {
  const { values, positionals } = parseArguments(command, words)
  if (values.help === true) {
    output.line(commandHelp(command))
    return exitCode.fine
  }
  const { program = programName, signal, variables } = environment
  const chosen = chosenWords(values)
  output.showCommands((line) => runnable(line, program, chosen))
  return command.run({
    values,
    positionals,
    variables,
    output,
    signal,
    program,
    directory: resolve(environment.directory, text(values, 'project') ?? '.'),
    runCli: (other, changes) => runCli(other, { ...environment, ...changes }),
  })
}

function commandOf(given: string): Promise<Command> {
  return loadCommand(nameOf(commandNames, given))
}

/** Folder and environment, as the present command was told them. */
function chosenWords(values: ParsedValues): string {
  const [folder, name] = [text(values, 'project'), text(values, 'env')]
  return [
    ...(folder === undefined ? [] : [` -C ${shellWord(folder)}`]),
    ...(name === undefined ? [] : [` --env ${shellWord(name)}`]),
  ].join('')
}
