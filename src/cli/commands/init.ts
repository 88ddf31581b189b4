/** `syncline init`: a project to begin with, which works at once, from a sample table into a local CRM. */
import { type InitCrm, initCrms, initProject, sampleRows } from '../../app/init/init-project.ts'
import { type Command, type ParsedValues, text } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'

export const init: Command = {
  name: 'init',
  summary: 'Makes a new project that works at once, with a sample table and a local CRM.',
  arguments: '',
  mostArguments: 0,
  options: {
    to: {
      type: 'string',
      description: `The CRM to push to, ${initCrms.join(' or ')}; default a HubSpot in a file.`,
      value: '<crm>',
    },
    'hubspot-url': {
      type: 'string',
      description: 'Instead of the file: where a local HubSpot listens that `simulate` serves.',
      value: '<url>',
    },
    'salesforce-url': {
      type: 'string',
      description: 'Where the local Salesforce listens, if not at its usual port.',
      value: '<url>',
    },
  },
  async run({ directory, output, values }) {
    const to = crmOf(values)
    const url = text(values, `${to}-url`) ?? null
    const { files, serve } = await initProject(directory, { to, url })
    output.line(`made a project in ${directory}:`)
    for (const file of files) output.line(`  ${file}`)
    output.line()
    if (to === 'salesforce' && serve !== null) {
      output.line('Start its local Salesforce in another terminal:')
      output.line(`  \`${serve}\``)
    }
    output.line(`warehouse.duckdb holds ${sampleRows} sample customers. Look what a push would do:`)
    output.line('  `syncline plan`')
    output.line('Then do it:')
    output.line('  `syncline run --first`')
    if (serve === null) {
      output.line(
        'Until you say otherwise it goes into a HubSpot in a file, on this machine alone.',
      )
    }
    output.result({ directory, files })
    return exitCode.fine
  },
}

/** The CRM that was named, or that an address was given of. */
function crmOf(values: ParsedValues): InitCrm {
  const located = initCrms.filter((crm) => text(values, `${crm}-url`) !== undefined)
  const given = text(values, 'to') ?? located[0] ?? 'hubspot'
  const crm = initCrms.find((one) => one === given)
  if (crm === undefined) {
    throw cliErrors.usage({
      message: `A new project pushes to ${initCrms.join(' or ')}, not to ${given}.`,
      ...(given === 'pipedrive'
        ? { remedy: 'Pipedrive is pulled from: docs/guides/pipedrive.md has the files.' }
        : {}),
    })
  }
  const other = located.find((one) => one !== crm)
  if (other === undefined) return crm
  throw cliErrors.usage({ message: `--${other}-url is of no use for a project of ${crm}.` })
}
