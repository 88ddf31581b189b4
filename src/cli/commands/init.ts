/** `syncline init`: a project to begin with, which works at once against a local HubSpot. */
import { initProject, sampleRows } from '../../app/init-project.ts'
import { localCrmPort } from '../../app/local-crm.ts'
import { type Command, text } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { thisProgram } from '../this-program.ts'

export const init: Command = {
  name: 'init',
  summary: 'Makes a new project that works at once, with a sample table and a local HubSpot.',
  arguments: '',
  mostArguments: 0,
  options: {
    'hubspot-url': {
      type: 'string',
      description: `Where the local HubSpot will be; default http://127.0.0.1:${localCrmPort}.`,
      value: '<url>',
    },
  },
  async run({ directory, output, values }) {
    const url = text(values, 'hubspot-url') ?? `http://127.0.0.1:${localCrmPort}`
    const files = await initProject(directory, url)
    const folder = text(values, 'project')
    const inFolder = folder === undefined ? '' : ` -C ${folder}`
    output.line(`made a project in ${directory}:`)
    for (const file of files) output.line(`  ${file}`)
    output.line()
    output.line(`warehouse.duckdb holds ${sampleRows} sample customers. Next, in another terminal:`)
    output.line(`  ${thisProgram} simulate hubspot`)
    output.line('and here:')
    output.line(`  ${thisProgram} plan${inFolder}`)
    output.line(`  ${thisProgram} run${inFolder} --first`)
    output.result({ directory, files })
    return exitCode.fine
  },
}
