/** `syncline limits`: what each CRM allows. */
import { crmConnection, crmConnections } from '../../app/crm-connection.ts'
import { totalCalls } from '../../app/call-counts.ts'
import { type ConnectionLimits, connectionLimits } from '../../app/rate-limits.ts'
import type { Command } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { count } from '../render/plan.ts'
import { table } from '../render/table.ts'

export const limits: Command = {
  name: 'limits',
  summary: 'Shows the rate limits of the CRM connections.',
  arguments: '[connection]',
  mostArguments: 1,
  options: {},
  run(invocation) {
    const { output, positionals } = invocation
    const [name] = positionals
    return withWorkspace(invocation, async (workspace) => {
      const { project } = workspace
      const connections =
        name === undefined ? crmConnections(project) : [crmConnection(project, name)]
      const all: ConnectionLimits[] = []
      for (const each of connections) all.push(await connectionLimits(workspace, each))
      for (const each of all) for (const line of limitLines(each)) output.line(line)
      output.result({
        connections: all.map(({ connection, account, limits: allowed, calls }) => ({
          connection,
          account,
          limits: allowed.map(({ name: limit, max, windowMs, source }) => ({
            limit,
            max,
            window_ms: windowMs,
            source,
          })),
          calls: { total: totalCalls(calls), by_endpoint: calls },
        })),
      })
      return exitCode.fine
    })
  },
}

function limitLines({
  connection,
  account,
  limits: allowed,
  calls,
}: ConnectionLimits): readonly string[] {
  const rows = allowed.map(({ name, max, windowMs, source }) => [
    `  ${name}`,
    `${count(max)} per ${windowMs / 1000} s`,
    source,
  ])
  return [
    `${connection}: ${account.name}`,
    ...table(rows),
    `  asked just now: ${totalCalls(calls)} of them`,
  ]
}
