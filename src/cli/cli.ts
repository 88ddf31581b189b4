/** From arguments to exit code. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Variables } from '../config/variables.ts'
import { nearest } from '../model/nearest.ts'
import {
  type Command,
  commonOptions,
  type OptionDeclarations,
  type ParsedValues,
  parserOptions,
  text,
} from './command.ts'
import { commands } from './commands/commands.ts'
import { cliErrors } from './errors.ts'
import { exitCode, exitCodeOf } from './exit-code.ts'
import { Output, type Streams } from './output.ts'
import { errorJson, errorLines } from './render/error.ts'
import { version } from './version.ts'

export interface CliEnvironment extends Streams {
  readonly variables: Variables
  readonly signal: AbortSignal
  readonly directory: string
}

export async function runCli(
  argv: readonly string[],
  environment: CliEnvironment,
): Promise<number> {
  const output = new Output(environment, argv.includes('--json'))
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
    output.line(overview())
    return name === undefined ? exitCode.request : exitCode.fine
  }
  if (name === '--version') {
    output.line(version)
    output.result({ version })
    return exitCode.fine
  }
  const command = findCommand(name)
  const { values, positionals } = parse(command, rest)
  if (values.help === true) {
    output.line(commandHelp(command))
    return exitCode.fine
  }
  const { variables, signal } = environment
  const directory = resolve(environment.directory, text(values, 'project') ?? '.')
  return command.run({ values, positionals, variables, output, signal, directory })
}

function findCommand(name: string): Command {
  const found = commands.find((command) => command.name === name)
  if (found !== undefined) return found
  const meant = nearest(
    name,
    commands.map((command) => command.name),
  )
  throw cliErrors.usage({
    message: `There is no command ${name}${meant === null ? '.' : `; did you mean ${meant}?`}`,
  })
}

function parse(
  command: Command,
  args: readonly string[],
): { readonly values: ParsedValues; readonly positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: parserOptions({ ...commonOptions, ...command.options }),
      allowPositionals: true,
      strict: true,
    })
    return { values: values as ParsedValues, positionals }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw cliErrors.usage({ message: `${command.name}: ${message}`, cause: error })
  }
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length))
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return [
    'usage: syncline <command> [options]',
    '',
    ...lines,
    '',
    ...optionLines(commonOptions),
  ].join('\n')
}

function commandHelp(command: Command): string {
  const own = optionLines(command.options)
  return [
    `usage: syncline ${command.name} ${command.arguments} [options]`.replaceAll('  ', ' '),
    '',
    command.summary,
    '',
    ...own,
    ...(own.length > 0 ? [''] : []),
    ...optionLines(commonOptions),
  ].join('\n')
}

function optionLines(options: OptionDeclarations): string[] {
  const heads = Object.entries(options).map(([name, { short, value }]) => {
    const shorthand = short === undefined ? '' : `-${short}, `
    return `  ${shorthand}--${name}${value === undefined ? '' : ` ${value}`}`
  })
  const width = Math.max(0, ...heads.map((head) => head.length))
  return Object.values(options).map(
    ({ description }, index) => `${(heads[index] ?? '').padEnd(width)}  ${description}`,
  )
}
