/**
 * `syncline status`: how each sync stands. Asks the state alone, so it works while a run is active; only how far behind
 * objects are is the warehouse's to tell, and asked for.
 */
import { holderText } from '../../app/run/acquire-lease.ts'
import { isGone } from '../../app/process-name.ts'
import { journalStanding } from '../../app/status/journal-standing.ts'
import { type PullLag, pullLag } from '../../app/status/pull-lag.ts'
import { readPullReport, readReport } from '../../app/status/read-report.ts'
import { kindOf, type ListedRun } from '../../app/status/run-list.ts'
import { type SyncStatus, syncStatus } from '../../app/status/sync-status.ts'
import { isOf } from '../../model/sync.ts'
import { type Command, flag } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { journalLines, waitingJson } from '../render/journal.ts'
import { lagJson, lagLines } from '../render/lag.ts'
import { count } from '../render/plan.ts'
import { jobsText, outcomesText, pulledText, runJson, time } from '../render/runs.ts'
import { scheduleLines, schedulesJson } from '../render/schedules.ts'
import { webhooksJson, webhooksLines } from '../render/webhooks.ts'
import { syncTitle } from '../render/sync-title.ts'
import { choiceOptions, chosenOrAll } from '../sync-choice.ts'

export const status: Command = {
  name: 'status',
  summary: 'Shows how each sync stands: the last run with its counts, and who is at work.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...choiceOptions,
    lag: {
      type: 'boolean',
      description:
        'Of pulls, also how far behind each object is. Asks the warehouse, and waits while another process holds its file.',
    },
  },
  run(invocation) {
    const { output, values } = invocation
    return withWorkspace(invocation, async (workspace) => {
      const { project } = workspace
      const all: Shown[] = []
      for (const sync of chosenOrAll(invocation, project)) {
        const known = await syncStatus(workspace, sync, Date.now())
        const asksLag = flag(values, 'lag') && isOf('pull', sync)
        const lag = asksLag ? await pullLag(workspace, sync) : null
        all.push({ ...known, lag, at: Date.now() })
      }
      const journal = await journalStanding(workspace, Date.now())
      for (const each of all) for (const line of statusLines(each)) output.line(line)
      for (const { name } of project.badSyncs) {
        output.line(`${name}: has configuration errors, see \`syncline validate\``)
      }
      for (const line of journal === null ? [] : journalLines(journal)) output.line(line)
      output.result({
        environment: project.environment,
        journal: journal === null ? null : { ...waitingJson(journal), excess: journal.excess },
        syncs: all.map(statusJson),
        bad_syncs: project.badSyncs.map(({ name }) => name),
      })
      return exitCode.fine
    })
  },
}

interface Shown extends SyncStatus {
  /** Null where it was not asked for, and of a push. */
  readonly lag: PullLag | null
  /** When it was looked at. */
  readonly at: number
}

function statusLines(one: Shown): readonly string[] {
  const { sync, lastRun, open, paused, accountId, holder, schedules, webhooks, lag, at } = one
  const account = accountId === null ? '' : ` (account ${accountId})`
  return [
    `${syncTitle(sync)}${account}${paused ? ', paused' : ''}`,
    ...(lastRun === null ? ['  never run'] : lastRunLines(lastRun)),
    ...open.map(
      (run) =>
        `  ${kindOf(run)} ${run.id}: ${run.state} since ${time(run.startedAt)}${byJobs(run)}${run.cancelRequested ? ', to be cancelled' : ''}`,
    ),
    ...(holder === null ? [] : [`  held by ${holderText(holder.owner)} ${heldUntil(holder)}`]),
    ...scheduleLines(schedules),
    ...webhooksLines(webhooks),
    ...(lag === null ? [] : lagLines(lag, at)),
  ]
}

function byJobs(run: ListedRun): string {
  return run.jobs.length === 0 ? '' : `, by ${jobsText(run)}`
}

function heldUntil({ owner, until }: NonNullable<SyncStatus['holder']>): string {
  return isGone(owner) ? 'that died: the next command takes over' : `until ${time(until)}`
}

function lastRunLines(run: ListedRun): readonly string[] {
  const { endedAt, error, id, state } = run
  const when = endedAt === null ? '' : `, ended ${time(endedAt)}`
  const lines = [`  last ${kindOf(run)} ${id}: ${state}${when}${byJobs(run)}`]
  if (error !== null) lines.push(`  ${error.code}: ${error.message}`)
  const pulled = readPullReport(run)
  if (pulled !== null) return [...lines, `  outcome: ${pulledText(pulled)}`]
  const report = readReport(run)
  if (report === null) return lines
  const held = Object.entries(report.reasons)
    .filter(([reason]) => /^(rejected|deferred) /.test(reason))
    .toSorted(([, a], [, b]) => b - a)
  return [
    ...lines,
    `  outcome: ${outcomesText(report.outcomes)}`,
    ...held.map(([reason, rows]) => `    ${count(rows)} ${reason}`),
  ]
}

function statusJson(one: Shown): Readonly<Record<string, unknown>> {
  const { sync, lastRun, open, paused, accountId, holder, schedules, webhooks, lag, at } = one
  return {
    sync: sync.name,
    type: sync.type,
    connection: sync.crm,
    ...(sync.type === 'push'
      ? { object: sync.object }
      : {
          objects: sync.objects,
          webhooks: webhooksJson(webhooks),
          lag: lag === null ? null : lagJson(lag, at),
        }),
    account: accountId,
    paused,
    schedules: schedulesJson(schedules),
    last_run: lastRun === null ? null : runJson(lastRun),
    open_runs: open.map(runJson),
    holder: holder === null ? null : { owner: holder.owner, until: time(holder.until) },
  }
}
