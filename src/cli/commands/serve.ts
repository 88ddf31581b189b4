/** `syncline serve`: receives webhooks, loads them, and runs syncs on request and by schedule, until it is told to stop. */
import { once } from 'node:events'
import type { KeepingPass } from '../../app/subscription/keep-loop.ts'
import { serve as startServing, type Serving } from '../../app/serve/serve.ts'
import { systemClock } from '../../app/system-clock.ts'
import { type Command, number } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { errorLines } from '../render/error.ts'
import { waitingJson, waitingText } from '../render/journal.ts'
import { count, many } from '../render/plan.ts'
import { loadedLines } from '../render/pull.ts'
import { servedRun } from '../served-run.ts'

export const serve: Command = {
  name: 'serve',
  summary: 'Receives webhooks, and loads them into the tables of pulls, until it is stopped.',
  arguments: '',
  mostArguments: 0,
  options: {
    port: {
      type: 'string',
      description: 'Port to listen on in place of `server.port`; 0 for any.',
      value: '<n>',
    },
    'on-request': {
      type: 'boolean',
      description:
        'Work only inside requests, for hosts without processor time between them: whoever runs a pull has webhooks loaded and looked after.',
    },
  },
  run(invocation) {
    const { output, signal, values } = invocation
    const port = number(values, 'port', 0)
    // While the project is read and the state opened; no other command pays for it.
    const server = import('../../server/start-server.ts')
    const told = (good: string) => (trouble: unknown) => {
      const lines = trouble === null ? [good] : errorLines(trouble)
      for (const line of lines) output.note(line)
    }
    return withWorkspace(invocation, async (workspace) => {
      const serving = await startServing(workspace, (await server).startServer, {
        port,
        isOnRequest: values['on-request'] === true,
        onReception: told('reception goes on'),
        loading: {
          onTrouble: told('loading goes on'),
          onLoaded: (loaded) => {
            for (const line of loadedLines(loaded)) output.note(line)
          },
        },
        keeping: {
          onTrouble: (trouble, connection) => told(`webhooks of ${connection} go on`)(trouble),
          onTurn: (pass, connection) => {
            for (const line of keepingLines(pass, connection)) output.note(line)
          },
        },
        runSync: servedRun(invocation),
        // Each run tells of itself.
        scheduling: { onTrouble: told('schedules go on'), onEnded: () => undefined },
        clock: systemClock,
      })
      for (const { name } of workspace.project.badSyncs) {
        output.note(`sync ${name} has configuration errors: run \`syncline validate\``)
      }
      for (const line of readyLines(serving)) output.line(line)
      output.result(readyJson(serving))
      await Promise.race([
        signal.aborted ? null : once(signal, 'abort'),
        // Started by another process that is gone: nobody would ever stop it.
        process.connected ? once(process, 'disconnect') : new Promise(() => undefined),
      ])
      await serving.close()
      return exitCode.fine
    })
  },
}

function keepingLines(
  { created, removed, caughtUp }: KeepingPass,
  connection: string,
): readonly string[] {
  const made = created.map(({ object }) => object).join(', ')
  return [
    ...(created.length > 0 ? [`webhooks of ${connection} made: ${made}`] : []),
    ...(removed.length > 0 ? [`${count(removed.length)} webhooks of ${connection} removed`] : []),
    ...caughtUp.map(({ sync, objects }) => {
      const [read, added] = [sumOf(objects, 'read'), sumOf(objects, 'added')]
      return `${sync}: caught up, ${many(read, 'record')} read, ${many(added, 'change')}`
    }),
  ]
}

function sumOf(
  objects: KeepingPass['caughtUp'][number]['objects'],
  what: 'read' | 'added',
): number {
  return objects.reduce((sum, object) => sum + object[what], 0)
}

function readyLines(serving: Serving): readonly string[] {
  const { url, connections, isOnRequest, receives, runsOnRequest, waiting } = serving
  const scheduled = serving.scheduled.join(', ')
  return [
    `ready at ${url}, ${waitingText(waiting)}`,
    receives
      ? `webhooks for ${connections.join(', ') || 'no connection'}, stop it with Ctrl-C`
      : 'no webhook is received: set `server.path_secret` or `server.basic_auth`',
    ...(isOnRequest ? ['works on request: `POST /syncs/<name>/run` loads and reads'] : []),
    ...(scheduled === ''
      ? []
      : [
          isOnRequest
            ? `schedules that nobody keeps: ${scheduled}`
            : `runs by schedule: ${scheduled}`,
        ]),
    ...(runsOnRequest ? [] : ['no sync is run on request: set `server.run_token`']),
  ]
}

function readyJson(serving: Serving) {
  const { url, connections, isOnRequest, receives, runsOnRequest, scheduled, waiting } = serving
  return {
    url,
    receives,
    on_request: isOnRequest,
    runs_on_request: runsOnRequest,
    scheduled,
    connections,
    waiting: waitingJson(waiting),
  }
}
