/** A seed that is another with each commit, and the same for all who test it. */
import { execFileSync } from 'node:child_process'

export function seedOfCommit(): number {
  return 1_000 + (Number.parseInt(commitId().slice(0, 8), 16) % 1e9)
}

function commitId(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    // A tarball has no history: then it is the same each time, too.
    return '00000000'
  }
}
