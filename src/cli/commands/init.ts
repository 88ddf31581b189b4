/** `syncline init`: a project to begin with, which works at once, from a sample table into a HubSpot in a file. */
import { initProject, sampleRows } from '../../app/init-project.ts'
import { type Command, text } from '../command.ts'
import { exitCode } from '../exit-code.ts'

export const init: Command = {
  name: 'init',
  summary: 'Makes a new project that works at once, with a sample table and a HubSpot in a file.',
  arguments: '',
  mostArguments: 0,
  options: {
    'hubspot-url': {
      type: 'string',
      description: 'Instead of the file: where a local HubSpot listens that `simulate` serves.',
      value: '<url>',
    },
  },
  async run({ directory, output, values }) {
    const url = text(values, 'hubspot-url') ?? null
    const files = await initProject(directory, url)
    output.line(`made a project in ${directory}:`)
    for (const file of files) output.line(`  ${file}`)
    output.line()
    output.line(`warehouse.duckdb holds ${sampleRows} sample customers. Look what a push would do:`)
    output.line('  `syncline plan`')
    output.line('Then do it:')
    output.line('  `syncline run --first`')
    if (url === null) {
      output.line(
        'Until you say otherwise it goes into a HubSpot in a file, on this machine alone.',
      )
    }
    output.result({ directory, files })
    return exitCode.fine
  },
}
