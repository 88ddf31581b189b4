/** `syncline simulate <crm>`: a local CRM, as a process of its own. */
import { once } from 'node:events'
import { resolve } from 'node:path'
import { appErrors } from '../../app/errors.ts'
import type { OpenLocalCrm } from '../../app/local/local-crms.ts'
import { type LocalCrm, type LocalCrmOptions, localCrms } from '../../app/local/local-crms.ts'
import { type Command, number, text } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'

const names = localCrms.map(({ name }) => name).join(', ')
const ports = localCrms.map(({ name, port }) => `${name} ${port}`).join(', ')

export const simulate: Command = {
  name: 'simulate',
  summary: `Serves a local CRM to try syncs against: ${names}.`,
  arguments: '<crm>',
  mostArguments: 1,
  options: {
    port: {
      type: 'string',
      description: `Port on loopback; default ${ports}; 0 for any.`,
      value: '<n>',
    },
    token: {
      type: 'string',
      description: 'Token it accepts: of a private app or a user, or of a session that never ends.',
      value: '<token>',
    },
    seed: {
      type: 'string',
      description:
        'Decides its faults, orders and ids: the same requests meet the same luck; default 1.',
      value: '<n>',
    },
    state: {
      type: 'string',
      description: 'File to begin with, and to save into at the end; relative to the project.',
      value: '<file>',
    },
  },
  names: {
    title:
      'Faults that may befall requests, set at /_local/settings and /_local/faults while it runs (docs/command-line.md):',
    lists: Object.fromEntries(localCrms.map(({ name, faultKinds }) => [name, faultKinds])),
  },
  async run({ output, values, positionals, signal, directory }) {
    const [given] = positionals
    const crm = localCrms.find(({ name }) => name === given)
    if (crm === undefined) {
      throw cliErrors.usage({
        message: `There is no local ${given ?? 'CRM without a name'}; there are: ${names}.`,
      })
    }
    const file = text(values, 'state')
    const token = text(values, 'token')
    const seed = number(values, 'seed', 0)
    const server = await open(crm, {
      port: number(values, 'port', 0) ?? crm.port,
      file: file === undefined ? null : resolve(directory, file),
      ...(token === undefined ? {} : { token }),
      ...(seed === null ? {} : { seed }),
    })
    output.line(`local ${crm.title} at ${server.url}, stop it with Ctrl-C`)
    if (server.accepts !== null) output.line(`  it takes ${server.accepts}`)
    output.result({ crm: crm.name, url: server.url, accepts: server.accepts })
    await Promise.race([
      signal.aborted ? null : once(signal, 'abort'),
      // Started by another process that is gone: nobody would ever stop it.
      process.connected ? once(process, 'disconnect') : new Promise(() => undefined),
    ])
    await server.close()
    return exitCode.fine
  },
}

async function open(crm: LocalCrm, options: LocalCrmOptions): Promise<OpenLocalCrm> {
  try {
    return await crm.serve(options)
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error) || error.syscall !== 'listen')
      throw error
    throw appErrors.port_taken({
      message: `Port ${options.port} can not be opened: ${error.message}.`,
    })
  }
}
