/** `syncline init`: a project to begin with, which works at once, from a sample table into a local CRM or out of one. */
import {
  initCrms,
  type InitCrm,
  initProject,
  type NewProject,
  sampleRows,
} from '../../app/init/init-project.ts'
import { sampleSize } from '../../app/init/sample-company.ts'
import { type Command, type Invocation, type ParsedValues, text } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'

const directions = ['to', 'from'] as const
type Direction = (typeof directions)[number]

export const init: Command = {
  name: 'init',
  summary: 'Makes a new project that works at once, with sample data and a local CRM.',
  arguments: '',
  mostArguments: 0,
  options: {
    to: {
      type: 'string',
      description: `The CRM to push to, ${initCrms.to.join(' or ')}; default a HubSpot in a file.`,
      value: '<crm>',
    },
    from: {
      type: 'string',
      description: `The CRM to pull from instead: ${initCrms.from.join(' or ')}.`,
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
    'pipedrive-url': {
      type: 'string',
      description: 'Where the local Pipedrive listens, if not at its usual port.',
      value: '<url>',
    },
  },
  async run({ directory, output, values }) {
    const crm = crmOf(values)
    const url = text(values, `${crm}-url`) ?? null
    const made = await initProject(directory, { crm, url })
    output.line(`made a project in ${directory}:`)
    for (const file of made.files) output.line(`  ${file}`)
    output.line()
    if (directionOf(crm) === 'from') sayHowToPull(output, made)
    else sayHowToPush(output, crm, made)
    output.result({ directory, files: made.files })
    return exitCode.fine
  },
}

function sayHowToPush(output: Invocation['output'], crm: InitCrm, { serve }: NewProject): void {
  if (crm === 'salesforce' && serve !== null) {
    output.line('Start its local Salesforce in another terminal:')
    output.line(`  \`${serve}\``)
  }
  output.line(`warehouse.duckdb holds ${sampleRows} sample customers. Look what a push would do:`)
  output.line('  `syncline plan`')
  output.line('Then do it:')
  output.line('  `syncline run --first`')
  if (serve === null) {
    output.line('Until you say otherwise it goes into a HubSpot in a file, on this machine alone.')
  }
}

function sayHowToPull(output: Invocation['output'], { serve }: NewProject): void {
  const { deals, persons } = sampleSize
  output.line(`Start its local Pipedrive, of ${deals} deals with ${persons} persons, in another`)
  output.line('terminal:')
  output.line(`  \`${serve ?? ''}\``)
  output.line('Read it into warehouse.duckdb, where the tables are in the schema crm:')
  output.line('  `syncline run`')
  output.line('Then look at one deal:')
  output.line('  `syncline explain crm 1 --object deals`')
}

/** The CRM that was named, or that an address was given of. */
function crmOf(values: ParsedValues): InitCrm {
  const located = allCrms.filter((crm) => text(values, `${crm}-url`) !== undefined)
  const named = directions.filter((direction) => text(values, direction) !== undefined)
  if (named.length > 1) {
    throw cliErrors.usage({
      message: 'A new project takes --to or --from, not both.',
      remedy: 'Make one, and add the files of the other: a project may push and pull.',
    })
  }
  const [direction] = named
  const crm =
    direction === undefined
      ? (located[0] ?? 'hubspot')
      : crmNamed(direction, text(values, direction))
  const other = located.find((one) => one !== crm)
  if (other === undefined) return crm
  throw cliErrors.usage({ message: `--${other}-url is of no use for a project of ${crm}.` })
}

const allCrms: readonly InitCrm[] = directions.flatMap((direction) => initCrms[direction])

function directionOf(crm: InitCrm): Direction {
  return initCrms.from.some((one) => one === crm) ? 'from' : 'to'
}

function crmNamed(direction: Direction, given: string | undefined): InitCrm {
  const crm = initCrms[direction].find((one) => one === given)
  if (crm !== undefined) return crm
  const known = allCrms.find((one) => one === given)
  const does = direction === 'to' ? 'pushes to' : 'pulls from'
  throw cliErrors.usage({
    message: `A new project ${does} ${initCrms[direction].join(' or ')}, not ${direction} ${given}.`,
    ...(known === undefined
      ? {}
      : { remedy: `Say \`syncline init --${directionOf(known)} ${known}\`.` }),
  })
}
