/** What a command of the command line is: a declaration, and a function from arguments to exit code. */
import type { ParseArgsConfig } from 'node:util'
import type { Variables } from '../config/references/variables.ts'
import { cliErrors } from './errors.ts'
import type { Output, Result, Streams } from './output.ts'

export interface OptionDeclaration {
  readonly type: 'string' | 'boolean'
  readonly description: string
  readonly short?: string
  readonly multiple?: boolean
  /** What stands for the value in the help: `<name>`. */
  readonly value?: string
}

export type OptionDeclarations = Readonly<Record<string, OptionDeclaration>>

export type ParsedValues = Readonly<
  Record<string, string | boolean | readonly string[] | undefined>
>

export interface Invocation {
  readonly values: ParsedValues
  readonly positionals: readonly string[]
  readonly variables: Variables
  readonly output: Output
  /** Aborted by SIGTERM and SIGINT: finish what is in flight, then end. */
  readonly signal: AbortSignal
  readonly directory: string
  /** How the person starts this program. */
  readonly program: string
  /** Runs another command in this process, as a person would at the same terminal. */
  runCli(argv: readonly string[], changes: CliChanges): Promise<number>
}

/** What is different for a command that is run by another. */
export interface CliChanges {
  readonly variables?: Variables
  readonly onResult?: (result: Result) => void
  readonly stdout?: Streams['stdout']
  readonly stderr?: Streams['stderr']
}

export interface Command {
  readonly name: string
  readonly summary: string
  /** Positional arguments as the help shows them, e.g. `[sync…]`. */
  readonly arguments: string
  /** One more than these is refused. */
  readonly mostArguments: number
  readonly options: OptionDeclarations
  /** Names that it is told by other ways than its options: a title, and under it a list for each term. */
  readonly names?: {
    readonly title: string
    readonly lists: Readonly<Record<string, readonly string[]>>
  }
  run(invocation: Invocation): Promise<number>
}

/** Options that every command takes. */
export const commonOptions = {
  env: {
    type: 'string',
    description: 'The environment; default SYNCLINE_ENV, then dev.',
    value: '<name>',
  },
  project: {
    type: 'string',
    short: 'C',
    description: 'The project folder; default the present one.',
    value: '<folder>',
  },
  json: { type: 'boolean', description: 'One JSON document on standard output.' },
  help: { type: 'boolean', short: 'h', description: 'Shows this help.' },
} as const satisfies OptionDeclarations

/** The declarations in the form that Node's own parser takes. */
export function parserOptions(
  options: OptionDeclarations,
): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple }]) => [
      name,
      {
        type,
        ...(short === undefined ? {} : { short }),
        ...(multiple === undefined ? {} : { multiple }),
      },
    ]),
  )
}

export function text(values: ParsedValues, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

/** Every value of an option that may be given several times, or as a list with commas. */
export function texts(values: ParsedValues, name: string): readonly string[] {
  const value = values[name]
  if (!Array.isArray(value)) return []
  const all = value.flatMap((one: string) => one.split(',')).map((one) => one.trim())
  if (!all.includes('')) return all
  throw cliErrors.usage({ message: `--${name} takes a name, not an empty text.` })
}

/** A whole number of at least `least`, or null where the option is absent. */
export function number(values: ParsedValues, name: string, least = 1): number | null {
  const given = text(values, name)
  if (given === undefined) return null
  const value = Number(given)
  if (given.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
  throw cliErrors.usage({ message: `--${name} takes a number of at least ${least}, not ${given}.` })
}

export function flag(values: ParsedValues, name: string): boolean {
  return values[name] === true
}
