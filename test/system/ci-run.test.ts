import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Ended, ended, goodInstall, ScratchProject } from './scratch-project.ts'

let project: ScratchProject
beforeEach(() => {
  project = new ScratchProject()
})
afterEach(() => project.remove())

/** An `npm` whose suites print and exit as given. */
function npmWith(test: string, system: string | null): void {
  project.npm(`case "$*" in
    install*) ${goodInstall} ;;
    "run --silent test") ${test} ;;
    "run --silent test:system") ${system ?? 'exit 9'} ;;
    "pkg get scripts.test:system") echo '${system === null ? '{}' : '"defined"'}' ;;
  esac`)
}

function ciRun(): Promise<Ended> {
  return ended(project.start('.ci/run'))
}

function lastLine(output: string): string | undefined {
  return output.trimEnd().split('\n').at(-1)
}

describe('.ci/run', () => {
  it('installs, runs both suites and sums their closing lines', async () => {
    npmWith('echo "12 passed, 0 failed"', 'echo "3 passed, 0 failed"')
    const result = await ciRun()
    expect([result.code, lastLine(result.stdout)]).toEqual([0, '15 passed, 0 failed'])
    expect(project.installs()).toBe(1)
  })

  it('runs the second suite after a failure in the first, and fails', async () => {
    npmWith('echo "10 passed, 2 failed"; exit 1', 'echo "3 passed, 0 failed"')
    const result = await ciRun()
    expect([result.code, lastLine(result.stdout)]).toEqual([1, '13 passed, 2 failed'])
  })

  it('names at its end what failed', async () => {
    npmWith(
      'echo "failed: format"; echo; echo "1 passed, 1 failed"; exit 1',
      'echo "3 passed, 0 failed"',
    )
    const lines = (await ciRun()).stdout.trimEnd().split('\n')
    expect([lines.at(-3), lines.at(-1)]).toEqual(['failed: format', '4 passed, 1 failed'])
  })

  it('counts a suite without a closing line as one failure', async () => {
    npmWith('echo "out of memory"; exit 134', 'echo "3 passed, 0 failed"')
    const result = await ciRun()
    expect([result.code, lastLine(result.stdout)]).toEqual([1, '3 passed, 1 failed'])
  })

  it('believes the exit code over a closing line without failures', async () => {
    npmWith('echo "10 passed, 0 failed"; exit 1', 'echo "3 passed, 0 failed"')
    const result = await ciRun()
    expect([result.code, lastLine(result.stdout)]).toEqual([1, '13 passed, 1 failed'])
  })

  it('does without system tests where package.json has none', async () => {
    npmWith('echo "12 passed, 0 failed"', null)
    expect(lastLine((await ciRun()).stdout)).toBe('12 passed, 0 failed')
  })

  it('fails when the installation fails', async () => {
    project.npm('exit 1')
    const result = await ciRun()
    expect([result.code, lastLine(result.stdout)]).toEqual([1, '0 passed, 1 failed'])
  })
})
