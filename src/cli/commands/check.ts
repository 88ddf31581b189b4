/** `syncline check`: whether everything is there that the project's pushes need. */
import { checkProject } from '../../app/check/check-project.ts'
import { problemFinding, projectProblems } from '../../app/check/project-problems.ts'
import type { Problem } from '../../config/problem.ts'
import type { Sync } from '../../model/sync.ts'
import { type Command, flag, type Invocation } from '../command.ts'
import { exitCodeOf, worstOf } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { errorJson, errorLines } from '../render/error.ts'
import { chosenOrAll, choiceOptions, isChosen } from '../sync-choice.ts'

export const check: Command = {
  name: 'check',
  summary: 'Checks credentials, permissions, warehouse and state; --fix creates what is missing.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...choiceOptions,
    fix: {
      type: 'boolean',
      description: 'Creates the unique field, or the webhooks, that a sync is missing.',
    },
  },
  run(invocation) {
    const { output, values } = invocation
    return withWorkspace(invocation, async (workspace, loaded) => {
      const syncs = chosenOrAll(invocation, workspace.project)
      const problems = await projectProblems(loaded)
      const found = [
        ...problems.filter(isAbout(invocation, syncs)).map(problemFinding),
        ...(await checkProject(workspace, {
          syncs,
          everything: !isChosen(invocation),
          fix: flag(values, 'fix'),
        })),
      ]
      for (const { subject, fine, warning, error } of found) {
        if (fine !== null) output.line(`  ok    ${subject}: ${fine}`)
        if (warning !== null) output.line(`  warn  ${subject}: ${warning}`)
        const [first = '', ...rest] = error === null ? [] : errorLines(error)
        if (error === null) continue
        output.line(`  WRONG ${subject}: ${first.replace(/^error /, '')}`)
        for (const line of rest) output.line(`      ${line}`)
      }
      const wrong = found.flatMap(({ error }) => error ?? [])
      output.line(wrong.length === 0 ? 'everything is there' : `${wrong.length} wrong`)
      output.result({
        findings: found.map(({ subject, fine, warning, error }) => ({
          subject,
          fine,
          warning,
          error: error === null ? null : errorJson(error),
        })),
      })
      return worstOf(wrong.map(exitCodeOf))
    })
  },
}

/** Where some syncs are chosen, neither the faults of the others are asked for nor connections that only they use. */
function isAbout(invocation: Invocation, syncs: readonly Sync[]): (problem: Problem) => boolean {
  const isAll = !isChosen(invocation)
  return ({ sync }) => isAll || sync === null || syncs.some(({ name }) => name === sync)
}
