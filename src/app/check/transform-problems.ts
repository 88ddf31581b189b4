/** Row transforms that no row could ever pass: tried in the sandbox, where alone their syntax is known. */
import type { Problem } from '../../config/problem.ts'
import type { Project } from '../../config/project.ts'
import { SynclineError } from '../../model/error.ts'
import { isOf, type PushSync } from '../../model/sync.ts'
import { openTransform } from '../../sandbox/open-transform.ts'
import { systemClock } from '../system-clock.ts'

/** One for each sync whose file is no row function. Offline; no row is sent through. */
export async function transformProblems({
  syncs,
}: Pick<Project, 'syncs'>): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const sync of syncs.filter((one) => isOf('push', one)))
    problems.push(...(await problemsOf(sync)))
  return problems
}

async function problemsOf({ name, transform }: PushSync): Promise<readonly Problem[]> {
  if (transform === null) return []
  try {
    await openTransform(transform, { clock: systemClock })
    return []
  } catch (error) {
    if (!(error instanceof SynclineError)) throw error
    return [problemOf(error, name, transform.file)]
  }
}

function problemOf(
  { code, message, place, remedy }: SynclineError,
  sync: string,
  file: string,
): Problem {
  const line = place?.line ?? null
  const prefix = line === null ? `${file}: ` : `${file}:${line}: `
  return {
    code,
    // The place stands beside the message.
    message: message.startsWith(prefix) ? message.slice(prefix.length) : message,
    file,
    line,
    column: place?.column ?? null,
    path: null,
    expected: null,
    found: null,
    nearest: null,
    remedy,
    sync,
  }
}
