/** `syncline simulate hubspot`: a local CRM, as a process of its own. */
import { once } from 'node:events'
import { resolve } from 'node:path'
import { localCrmPort } from '../../app/local-crm.ts'
import { readLocalHubSpot, saveLocalHubSpot } from '../../app/local-hubspot-file.ts'
import { appErrors } from '../../app/errors.ts'
import { type HubSpotServer, serveHubSpot } from '../../simulator/hubspot/serve.ts'
import type { HubSpotOptions } from '../../simulator/hubspot/simulator.ts'
import { type Command, number, text } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'

export const simulate: Command = {
  name: 'simulate',
  summary: 'Serves a local CRM to try syncs against: hubspot.',
  arguments: '<crm>',
  mostArguments: 1,
  options: {
    port: {
      type: 'string',
      description: `Port on loopback; default ${localCrmPort}, 0 for any.`,
      value: '<n>',
    },
    token: { type: 'string', description: 'Private-app token it accepts.', value: '<token>' },
    state: {
      type: 'string',
      description: 'File to begin with, and to save into at the end; relative to the project.',
      value: '<file>',
    },
  },
  async run({ output, values, positionals, signal, directory }) {
    const [crm] = positionals
    if (crm !== 'hubspot') {
      throw cliErrors.usage({
        message: `There is no local ${crm ?? 'CRM without a name'}; there is: hubspot.`,
      })
    }
    const given = text(values, 'state')
    const file = given === undefined ? null : resolve(directory, given)
    const token = text(values, 'token')
    const server = await serve(number(values, 'port', 0) ?? localCrmPort, {
      ...(file === null ? {} : await readLocalHubSpot(file)),
      ...(token === undefined ? {} : { token }),
    })
    output.line(`local HubSpot at ${server.url}, stop it with Ctrl-C`)
    output.result({ crm, url: server.url })
    await Promise.race([
      signal.aborted ? null : once(signal, 'abort'),
      // Started by another process that is gone: nobody would ever stop it.
      process.connected ? once(process, 'disconnect') : new Promise(() => undefined),
    ])
    await server.close()
    if (file !== null) await saveLocalHubSpot(file, server.simulator)
    return exitCode.fine
  },
}

async function serve(port: number, options: HubSpotOptions): Promise<HubSpotServer> {
  try {
    return await serveHubSpot({ port, ...options })
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error) || error.syscall !== 'listen')
      throw error
    throw appErrors.port_taken({ message: `Port ${port} can not be opened: ${error.message}.` })
  }
}
