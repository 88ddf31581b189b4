/** `syncline simulate hubspot`: a local CRM, as a process of its own. */
import { once } from 'node:events'
import { cliErrors } from '../errors.ts'
import { type Command, text } from '../command.ts'
import { exitCode } from '../exit-code.ts'

export const simulate: Command = {
  name: 'simulate',
  summary: 'Serves a local CRM to try syncs against: hubspot.',
  arguments: '<crm>',
  options: {
    port: {
      type: 'string',
      description: 'Port on loopback; default 4010, 0 for any.',
      value: '<n>',
    },
    token: { type: 'string', description: 'Private-app token it accepts.', value: '<token>' },
  },
  async run({ output, values, positionals, signal }) {
    const [crm] = positionals
    if (crm !== 'hubspot') {
      throw cliErrors.usage({
        message: `There is no local ${crm ?? 'CRM without a name'}; there is: hubspot.`,
      })
    }
    const { serveHubSpot } = await import('../../simulator/hubspot/serve.ts')
    const token = text(values, 'token')
    const server = await serveHubSpot({
      port: Number(text(values, 'port') ?? 4010),
      ...(token === undefined ? {} : { token }),
    })
    output.line(`local HubSpot at ${server.url}, stop it with Ctrl-C`)
    output.result({ crm, url: server.url })
    if (!signal.aborted) await once(signal, 'abort')
    await server.close()
    return exitCode.fine
  },
}
