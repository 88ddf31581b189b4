import { defineErrors, SynclineError } from '../model/error.ts'

const remedy = 'Run `syncline --help`, or `syncline <command> --help`.'

export const cliErrors = defineErrors('cli', {
  usage: {
    kind: 'config',
    summary: 'The command line is not understood.',
    remedy,
  },
})

/** The error itself; where the help of a command tells more than its remedy does, with that in place of it. */
export function namingHelpOf(command: string, error: unknown): unknown {
  const isGeneral =
    error instanceof SynclineError && error.code === 'cli.usage' && error.remedy === remedy
  if (!isGeneral) return error
  return cliErrors.usage({
    message: error.message,
    remedy: `\`syncline ${command} --help\` tells what it takes.`,
    cause: error,
  })
}
