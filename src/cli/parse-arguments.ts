/** From words to a command with its options; what is not understood is named, with what was meant. */
import { parseArgs } from 'node:util'
import { nearest } from '../model/nearest.ts'
import {
  type Command,
  commonOptions,
  type OptionDeclarations,
  type ParsedValues,
  parserOptions,
} from './command.ts'
import { cliErrors } from './errors.ts'

export interface ParsedArguments {
  readonly values: ParsedValues
  readonly positionals: readonly string[]
}

/** The command of this name; an error that names the one that was probably meant where there is none. */
export function nameOf<Name extends string>(names: readonly Name[], name: string): Name {
  const found = names.find((one) => one === name)
  if (found !== undefined) return found
  throw cliErrors.usage({ message: `There is no command ${name}${didYouMean(name, names)}` })
}

/** The command's name, undefined where there is none, and the other words: options of every command may stand before it. */
export function splitCommand(argv: readonly string[]): {
  readonly name: string | undefined
  readonly rest: readonly string[]
} {
  const options = parserOptions(commonOptions)
  const config = { args: [...argv], options, allowPositionals: true } as const
  const { tokens } = parseArgs({ ...config, strict: false, tokens: true })
  const at = tokens.find(({ kind }) => kind === 'positional')?.index ?? argv.length
  for (const token of tokens) {
    if (token.kind !== 'option' || token.index > at || Object.hasOwn(commonOptions, token.name))
      continue
    const meant = didYouMean(token.name, Object.keys(commonOptions), '--')
    throw cliErrors.usage({
      message: `No option ${token.rawName} stands before a command${meant}`,
    })
  }
  return { name: argv[at], rest: argv.toSpliced(at, 1) }
}

export function parseArguments(command: Command, args: readonly string[]): ParsedArguments {
  const options = { ...commonOptions, ...command.options }
  const config = { args: [...args], options: parserOptions(options), allowPositionals: true }
  refuseUnknown(
    command,
    Object.keys(options),
    parseArgs({ ...config, strict: false, tokens: true }),
  )
  const parsed = parseStrictly(command, config)
  const extra = parsed.positionals[command.mostArguments]
  if (extra !== undefined && parsed.values['help'] !== true) {
    throw cliErrors.usage({ message: `${command.name} does not take ${JSON.stringify(extra)}.` })
  }
  return parsed
}

interface Tokens {
  readonly tokens?: readonly { readonly kind: string; readonly rawName?: string }[]
}

function refuseUnknown(command: Command, known: readonly string[], { tokens = [] }: Tokens): void {
  const options: OptionDeclarations = { ...commonOptions, ...command.options }
  const shorthands = Object.values(options).flatMap(({ short }) => short ?? [])
  for (const { kind, rawName = '' } of tokens) {
    if (kind !== 'option') continue
    const name = rawName.replace(/^--?/, '')
    if (known.includes(name) || (!rawName.startsWith('--') && shorthands.includes(name))) continue
    const meant = didYouMean(name, known, '--')
    throw cliErrors.usage({ message: `${command.name} has no option ${rawName}${meant}` })
  }
}

/** What is left to refuse: values that are missing, or given to a flag. */
function parseStrictly(
  command: Command,
  config: NonNullable<Parameters<typeof parseArgs>[0]>,
): ParsedArguments {
  try {
    const { values, positionals } = parseArgs({ ...config, strict: true })
    return { values, positionals }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw cliErrors.usage({
      message: valueMistaken(command, message) ?? `${command.name}: ${message}`,
      cause: error,
    })
  }
}

/** Node's parser names the option first; how it goes on differs between its versions. */
function valueMistaken(command: Command, told: string): string | null {
  const name = /^Option '(?:-\w, )?--([\w-]+)(?: <value>)?'/.exec(told)?.[1]
  const options: OptionDeclarations = { ...commonOptions, ...command.options }
  const option = name === undefined ? undefined : options[name]
  if (option === undefined) return null
  if (option.type === 'boolean') return `--${name} of ${command.name} takes no value.`
  return `--${name} of ${command.name} takes a value: --${name} ${option.value ?? '<value>'}.`
}

/** Ends a sentence: with the name that was probably meant, or with a full stop. */
export function didYouMean(name: string, candidates: readonly string[], prefix = ''): string {
  const meant = nearest(name, candidates)
  return meant === null ? '.' : `; did you mean ${prefix}${meant}?`
}
