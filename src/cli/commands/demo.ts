/**
 * `syncline demo`: the main job on made-up customers, by the commands that a person would type, against
 * a local HubSpot. Everything it opens is on this machine.
 */
import { join, relative } from 'node:path'
import {
  changeCustomers,
  changedCustomer,
  demoChanges,
  demoCustomers,
  demoFolder,
  demoHubSpotFile,
  demoSync,
  demoUrlVariable,
  makeDemoProject,
} from '../../app/init/demo-project.ts'
import { startLocalHubSpot } from '../../app/init/local-hubspot.ts'
import type { Command, Invocation } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { count } from '../render/plan.ts'
import { DemoStage, type DemoCounts } from '../demo-stage.ts'

export const demo: Command = {
  name: 'demo',
  summary: 'Shows the main job in half a minute, on generated data and a local HubSpot.',
  arguments: '',
  mostArguments: 0,
  options: {},
  async run(invocation) {
    const { output } = invocation
    const directory = join(invocation.directory, demoFolder)
    output.line(`Making ${demoFolder}/ with ${count(demoCustomers)} customers in a DuckDB file …`)
    await makeDemoProject(directory)
    const hubspot = await startLocalHubSpot(directory, demoHubSpotFile)
    output.line(`A local HubSpot listens at ${hubspot.url}, with no contacts yet.`)
    try {
      const variables = { ...invocation.variables, [demoUrlVariable]: hubspot.url }
      const counts = await play(new DemoStage({ ...invocation, variables }, directory, hubspot))
      output.result({ folder: demoFolder, customers: demoCustomers, ...counts })
    } finally {
      await hubspot.stop()
    }
    sayWhatIsNext(invocation, directory)
    return exitCode.fine
  },
}

async function play(stage: DemoStage): Promise<Readonly<Record<string, DemoCounts>>> {
  await stage.command('Is everything there that a push needs?', ['check'])
  const firstPlan = await stage.push('What would a push do?', ['plan', demoSync, '--show', '3'])
  const first = await stage.push('The first run, which has to be asked for by --first.', [
    'run',
    demoSync,
    '--first',
  ])
  await changeCustomers(stage.directory)
  stage.say(`Now ${demoChanges} of the ${count(demoCustomers)} customers change in the warehouse.`)
  const secondPlan = await stage.push('Only what changed is due, field by field.', [
    'plan',
    demoSync,
    '--show',
    '2',
  ])
  const second = await stage.push('The second run sends those rows and fields.', ['run', demoSync])
  stage.tell(second)
  const third = await stage.push('With nothing changed a run asks HubSpot for nothing.', [
    'run',
    demoSync,
  ])
  await stage.command('One record: what was written, when, and by which run.', [
    'explain',
    demoSync,
    changedCustomer,
  ])
  return { first_plan: firstPlan, first, second_plan: secondPlan, second, third }
}

function sayWhatIsNext({ output, program }: Invocation, directory: string): void {
  const folder = relative(process.cwd(), directory)
  const lines = [
    '',
    `The project stays in ${folder}/: syncline.yaml, syncs/, models/,`,
    `and HubSpot's contacts in ${demoHubSpotFile}.`,
    'To go on, start the same HubSpot again in another terminal:',
    `  ${program} simulate hubspot -C ${folder} --state ${demoHubSpotFile}`,
    'Then change something (models/customers.sql, or the table with DuckDB) and look:',
    `  ${program} plan -C ${folder}`,
    `  ${program} run -C ${folder}`,
    `  ${program} status -C ${folder}`,
    'For your own data make a project, and point its two connections at your',
    'warehouse and your HubSpot:',
    '  `syncline init -C shop`',
  ]
  for (const line of lines) output.line(line)
}
