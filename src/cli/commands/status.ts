/** `syncline status`: how each sync stands. Asks the state alone, so it works while a run is active. */
import { type SyncStatus, syncStatus } from '../../app/sync-status.ts'
import type { Command } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { count } from '../render/plan.ts'
import { outcomesText, runJson, time } from '../render/runs.ts'
import { choiceOptions, chosenOrAll } from '../sync-choice.ts'

export const status: Command = {
  name: 'status',
  summary: 'Shows how each sync stands: last run, rows held back, who is at work.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: choiceOptions,
  run(invocation) {
    const { output } = invocation
    return withWorkspace(invocation, async (workspace) => {
      const { project } = workspace
      const all: SyncStatus[] = []
      for (const sync of chosenOrAll(invocation, project)) {
        all.push(await syncStatus(workspace, sync, Date.now()))
      }
      for (const each of all) for (const line of statusLines(each)) output.line(line)
      for (const { name } of project.badSyncs) {
        output.line(`${name}: has configuration errors, see \`syncline validate\``)
      }
      output.result({
        environment: project.environment,
        syncs: all.map(statusJson),
        bad_syncs: project.badSyncs.map(({ name }) => name),
      })
      return exitCode.fine
    })
  },
}

function statusLines(one: SyncStatus): readonly string[] {
  const { sync, lastRun, lastReport, open, paused, accountId, holder } = one
  const account = accountId === null ? '' : ` (account ${accountId})`
  const lines = [`${sync.name} → ${sync.crm} ${sync.object}${account}${paused ? ', paused' : ''}`]
  if (lastRun === null) lines.push('  never run')
  else lines.push(`  last run ${lastRun.id}: ${lastRun.state}, started ${time(lastRun.startedAt)}`)
  if (lastReport !== null) lines.push(`  outcome: ${outcomesText(lastReport.outcomes)}`)
  const error = lastRun?.error ?? null
  if (error !== null) lines.push(`  ${error.code}: ${error.message}`)
  for (const [reason, rows] of heldReasons(one)) lines.push(`    ${count(rows)} ${reason}`)
  for (const run of open.filter(({ id }) => id !== lastRun?.id)) {
    lines.push(
      `  ${run.kind} ${run.id}: ${run.state}${run.cancelRequested ? ', to be cancelled' : ''}`,
    )
  }
  if (holder !== null) lines.push(`  held by ${holder.owner} until ${time(holder.until)}`)
  return lines
}

/** Why rows were held back, most frequent first. */
function heldReasons({ lastReport }: SyncStatus): readonly (readonly [string, number])[] {
  return Object.entries(lastReport?.reasons ?? {})
    .filter(([reason]) => /^(rejected|deferred) /.test(reason))
    .toSorted(([, a], [, b]) => b - a)
}

function statusJson(one: SyncStatus): Readonly<Record<string, unknown>> {
  const { sync, lastRun, lastReport, open, paused, accountId, holder } = one
  return {
    sync: sync.name,
    connection: sync.crm,
    object: sync.object,
    account: accountId,
    paused,
    last_run: lastRun === null ? null : runJson(lastRun),
    held_rows: {
      rejected: lastReport?.outcomes['rejected'] ?? 0,
      deferred: lastReport?.outcomes['deferred'] ?? 0,
      reasons: Object.fromEntries(heldReasons(one)),
    },
    open_runs: open.map(runJson),
    holder: holder === null ? null : { owner: holder.owner, until: time(holder.until) },
  }
}
