/** `syncline check`: whether everything is there that the project's pushes need. */
import { checkProject } from '../../app/check-project.ts'
import { type Command, flag } from '../command.ts'
import { exitCodeOf, worstOf } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { errorJson, errorLines } from '../render/error.ts'
import { chosenOrAll, choiceOptions } from '../sync-choice.ts'

export const check: Command = {
  name: 'check',
  summary: 'Checks credentials, permissions, warehouse and state; --fix creates what is missing.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...choiceOptions,
    fix: { type: 'boolean', description: 'Creates the unique field that a sync is missing.' },
  },
  run(invocation) {
    const { output, values } = invocation
    return withWorkspace(invocation, async (workspace) => {
      const syncs = chosenOrAll(invocation, workspace.project)
      const found = await checkProject(workspace, { syncs, fix: flag(values, 'fix') })
      for (const { subject, fine, error } of found) {
        if (fine !== null) output.line(`  ok    ${subject}: ${fine}`)
        const [first = '', ...rest] = error === null ? [] : errorLines(error)
        if (error === null) continue
        output.line(`  WRONG ${subject}: ${first.replace(/^error /, '')}`)
        for (const line of rest) output.line(`      ${line}`)
      }
      const wrong = found.flatMap(({ error }) => error ?? [])
      output.line(wrong.length === 0 ? 'everything is there' : `${wrong.length} wrong`)
      output.result({
        findings: found.map(({ subject, fine, error }) => ({
          subject,
          fine,
          error: error === null ? null : errorJson(error),
        })),
      })
      return worstOf(wrong.map(exitCodeOf))
    })
  },
}
