import { defineErrors } from '../model/error.ts'

export const cliErrors = defineErrors('cli', {
  usage: {
    kind: 'config',
    summary: 'The command line is not understood.',
    remedy: 'Run `syncline --help`, or `syncline <command> --help`.',
  },
})
