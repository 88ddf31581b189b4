/** From arguments to exit code. */
import { resolve } from 'node:path'
import type { Variables } from '../config/variables.ts'
import { text } from './command.ts'
import { commands } from './commands/commands.ts'
import { exitCode, exitCodeOf } from './exit-code.ts'
import { commandHelp, overview } from './help.ts'
import { Output, type Result, type Streams } from './output.ts'
import { findCommand, parseArguments } from './parse-arguments.ts'
import { errorJson, errorLines } from './render/error.ts'
import { version } from './version.ts'

export interface CliEnvironment extends Streams {
  readonly variables: Variables
  readonly signal: AbortSignal
  readonly directory: string
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
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    output.line(overview(commands))
    return name === undefined ? exitCode.request : exitCode.fine
  }
  if (name === '--version') {
    output.line(version)
    output.result({ version })
    return exitCode.fine
  }
  const command = findCommand(commands, name)
  const { values, positionals } = parseArguments(command, rest)
  if (values.help === true) {
    output.line(commandHelp(command))
    return exitCode.fine
  }
  const { variables, signal } = environment
  return command.run({
    values,
    positionals,
    variables,
    output,
    signal,
    directory: resolve(environment.directory, text(values, 'project') ?? '.'),
    runCli: (other, changes) => runCli(other, { ...environment, ...changes }),
  })
}
