/** Runs as lines and as JSON. */
import { type KeptPullReport, readPullReport, readReport } from '../../app/status/read-report.ts'
import { kindOf, type ListedRun, type RunRecord } from '../../app/status/run-list.ts'
import { count, many } from './plan.ts'

export function runJson(run: ListedRun): Readonly<Record<string, unknown>> {
  const report = readReport(run)
  return {
    run: run.id,
    sync: run.sync,
    kind: kindOf(run),
    state: run.state,
    started_at: time(run.startedAt),
    ended_at: run.endedAt === null ? null : time(run.endedAt),
    cancel_requested: run.cancelRequested,
    rows: report?.rows ?? null,
    planned: report?.planned ?? null,
    outcomes: report?.outcomes ?? null,
    reasons: report?.reasons ?? null,
    objects: readPullReport(run)?.objects ?? null,
    jobs: run.jobs.map(({ id, startedAt }) => ({
      job: id,
      started_at: startedAt === null ? null : time(startedAt),
    })),
    error: run.error,
  }
}

export function runCells(run: ListedRun): readonly string[] {
  return [run.id, run.sync, kindOf(run), run.state, time(run.startedAt), lasted(run), told(run)]
}

export const runHead = ['run', 'sync', 'kind', 'state', 'started', 'took', ''] as const

export function time(ms: number): string {
  return new Date(ms).toISOString()
}

/** Outcomes that there were any of, most telling first. */
export function outcomesText(outcomes: Readonly<Record<string, number>>): string {
  const some = Object.entries(outcomes).filter(([, rows]) => rows > 0)
  return some.map(([status, rows]) => `${count(rows)} ${status}`).join(', ')
}

function lasted({ startedAt, endedAt }: RunRecord): string {
  return endedAt === null ? '' : `${((endedAt - startedAt) / 1000).toFixed(1)} s`
}

function told(run: ListedRun): string {
  return [endText(run), jobsText(run)].filter((part) => part !== '').join('; ')
}

function endText(run: RunRecord): string {
  if (run.error !== null) return `${run.error.code}: ${run.error.message}`
  const report = readReport(run)
  if (report !== null) return outcomesText(report.outcomes)
  const pulled = readPullReport(run)
  return pulled === null ? '' : pulledText(pulled)
}

/** `4,210 records read, 17 changes added`. */
export function pulledText({ objects }: KeptPullReport): string {
  const sum = (of: 'read' | 'added'): number => objects.reduce((total, one) => total + one[of], 0)
  return `${many(sum('read'), 'record')} read, ${many(sum('added'), 'change')} added`
}

/** A line has room for some; `--json` tells all. */
const mostShown = 3

export function jobsText({ jobs }: ListedRun): string {
  if (jobs.length === 0) return ''
  const shown = jobs.slice(0, mostShown).map(({ id }) => id)
  const more = jobs.length - shown.length
  const others = more === 0 ? '' : ` and ${count(more)} more`
  return `${jobs.length === 1 ? 'job' : 'jobs'} ${shown.join(', ')}${others}`
}
