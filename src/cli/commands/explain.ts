/** `syncline explain`: the life of one record, and where it stands. Asks no CRM. */
import { appErrors } from '../../app/errors.ts'
import { explainKey } from '../../app/explain-key.ts'
import { selectSyncsOf } from '../../app/select-syncs.ts'
import type { Command } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { lifeJson, lifeLines } from '../render/life.ts'
import { shellWord } from '../render/shell-word.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'Shows what was done to one record, when, why and by which run, and where it stands.',
  arguments: '<sync> <key>',
  mostArguments: 2,
  options: {},
  async run(invocation) {
    const { output, positionals } = invocation
    const [name, key] = positionals
    if (name === undefined || key === undefined) {
      throw cliErrors.usage({ message: 'explain takes the name of a sync and a key of its model.' })
    }
    return withWorkspace(invocation, async (workspace) => {
      const [sync] = selectSyncsOf('push', workspace.project, { names: [name], all: false })
      if (sync === undefined) throw new Error(`no sync was selected by the name ${name}`)
      const life = await explainKey(workspace, sync, key)
      if (life === null) throw unknownKey(name, key)
      for (const line of lifeLines(sync, life)) output.line(line)
      output.result(lifeJson(sync, life))
      return exitCode.fine
    })
  },
}

function unknownKey(name: string, key: string): Error {
  const plan = `syncline plan ${shellWord(name)} --key ${shellWord(key)}`
  return appErrors.unknown_key({
    message: `No run of sync ${name} has met the key ${key}.`,
    remedy: `Give the key as the model writes it; \`${plan}\` shows what a push would do with it.`,
  })
}
