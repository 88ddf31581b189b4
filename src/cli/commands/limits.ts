/** `syncline limits`: what each CRM allows. */
import { crmConnection, crmConnections } from '../../app/workspace/crm-connection.ts'
import { totalCalls } from '../../app/call-counts.ts'
import {
  type BudgetUsage,
  type ConnectionLimits,
  connectionLimits,
  type LimitShares,
} from '../../app/status/rate-limits.ts'
import { readProcessName } from '../../app/process-name.ts'
import { holderText } from '../../app/run/acquire-lease.ts'
import type { Command } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { count } from '../render/plan.ts'
import { time } from '../render/runs.ts'
import { table } from '../render/table.ts'

export const limits: Command = {
  name: 'limits',
  summary: 'Shows the rate limits of the CRM connections, and how much of them is used.',
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
      for (const each of connections) all.push(await connectionLimits(workspace, each, Date.now()))
      for (const each of all) for (const line of limitLines(each)) output.line(line)
      output.result({
        connections: all.map(
          ({ connection, account, limits: allowed, usage, ours, mostOfOurs, calls }) => ({
            connection,
            account,
            limits: allowed.map(({ name: limit, max, windowMs, left, by, source }) => ({
              limit,
              max,
              window_ms: windowMs,
              used: left === null ? null : max - left,
              left,
              by: by === null ? null : sharesJson(by),
              source,
            })),
            usage:
              usage?.map(({ name: limit, used, max, resetsAt, countedAt }) => ({
                limit,
                used,
                max,
                resets_at: resetsAt === null ? null : time(resetsAt),
                counted_at: countedAt === null ? null : time(countedAt),
              })) ?? null,
            our_calls_today: ours,
            max_calls_per_day: mostOfOurs,
            calls: { total: totalCalls(calls), by_endpoint: calls },
          }),
        ),
      })
      return exitCode.fine
    })
  },
}

const dayMs = 86_400_000

function limitLines({
  connection,
  account,
  limits: allowed,
  usage,
  ours,
  mostOfOurs,
  unknown,
  calls,
}: ConnectionLimits): readonly string[] {
  const rows = allowed.map(({ name, max, windowMs, left, source }) => [
    `  ${name}`,
    `${count(max)} per ${windowMs === dayMs ? 'day' : `${windowMs / 1000} s`}`,
    left === null ? '' : `${count(max - left)} used, ${count(left)} left`,
    source,
  ])
  return [
    `${connection}: ${account.name}`,
    ...table(rows).flatMap((row, index) => [row, ...shareLines(allowed[index]?.by ?? null)]),
    ...(usage ?? []).map(usageLine),
    ...(ours === null ? [] : [`  our runs today (UTC): ${callsOfOurs(ours, mostOfOurs)}`]),
    ...unknown.map(({ message }) => `  not known: ${message}`),
    `  asked just now: ${totalCalls(calls)} of them`,
  ]
}

/** Who has no part in it just now, and used none of it, is not told. */
function shareLines(by: LimitShares | null): readonly string[] {
  if (by === null) return []
  const { processes, ended, others } = by
  return [
    ...processes.map(
      ({ owner, held, used }) =>
        `    ${holderText(owner)}: ${count(used)} used of the ${count(held)} that it has`,
    ),
    ...(ended > 0 ? [`    processes that have ended: ${count(ended)} used`] : []),
    ...(others === null ? [] : [`    others than Syncline: ${count(others)} used`]),
  ]
}

function sharesJson({ processes, ended, others }: LimitShares): object {
  return {
    processes: processes.map(({ owner, held, used }) => {
      const { host, pid } = readProcessName(owner) ?? { host: null, pid: null }
      return { host, pid, has: held, used }
    }),
    ended,
    others,
  }
}

function callsOfOurs(made: number, most: number | null): string {
  if (most === null) return `${count(made)} calls`
  return `${count(made)} of ${count(most)} calls (max_calls_per_day), ${count(Math.max(0, most - made))} left`
}

function usageLine({ name, used, max, resetsAt, countedAt }: BudgetUsage): string {
  const reset = resetsAt === null ? '' : `, again at ${time(resetsAt)}`
  const counted = countedAt === null ? '' : `, counted at ${time(countedAt)}`
  return `  ${name}: ${count(used)} of ${count(max)} used by all that share it, ${count(max - used)} left${reset}${counted}`
}
