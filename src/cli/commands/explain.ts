/** `syncline explain`: the life of one record, and where it stands. Asks no CRM. */
import { appErrors } from '../../app/errors.ts'
import { explainKey } from '../../app/push/explain-key.ts'
import { explainPulled } from '../../app/pull/explain-pulled.ts'
import { selectSyncs } from '../../app/workspace/select-syncs.ts'
import type { Workspace } from '../../app/workspace/workspace.ts'
import type { PullSync, PushSync } from '../../model/sync.ts'
import { type Command, text } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import type { Result } from '../output.ts'
import { withWorkspace } from '../project.ts'
import { lifeJson, lifeLines } from '../render/life.ts'
import { recordLifeJson, recordLifeLines } from '../render/record-life.ts'
import { shellWord } from '../render/shell-word.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'Shows what was done to one record, when, why and by which run, and where it stands.',
  arguments: '<sync> <key>',
  mostArguments: 2,
  options: {
    object: {
      type: 'string',
      description: 'Of a pull, the object of the record; needed where it pulls several.',
      value: '<name>',
    },
  },
  async run(invocation) {
    const { output, positionals } = invocation
    const [name, key] = positionals
    if (name === undefined || key === undefined) {
      throw cliErrors.usage({
        message: 'explain takes the name of a sync, and a key of its model or the id of a record.',
      })
    }
    return withWorkspace(invocation, async (workspace) => {
      const [sync] = selectSyncs(workspace.project, { names: [name], all: false })
      if (sync === undefined) throw new Error(`no sync was selected by the name ${name}`)
      const object = text(invocation.values, 'object') ?? null
      const told =
        sync.type === 'push'
          ? await lifeOfRow(workspace, sync, key, object)
          : await lifeOfRecord(workspace, sync, key, object)
      for (const line of told.lines) output.line(line)
      output.result(told.json)
      return exitCode.fine
    })
  },
}

interface Told {
  readonly lines: readonly string[]
  readonly json: Result
}

async function lifeOfRow(
  workspace: Workspace,
  sync: PushSync,
  key: string,
  object: string | null,
): Promise<Told> {
  if (object !== null) {
    const message = `--object is for pulls only, and the sync ${sync.name} is a push.`
    throw cliErrors.usage({ message, remedy: 'Leave the option out.' })
  }
  const life = await explainKey(workspace, sync, key)
  if (life === null) throw unknownKey(sync.name, key)
  return { lines: lifeLines(sync, life), json: lifeJson(sync, life) }
}

async function lifeOfRecord(
  workspace: Workspace,
  sync: PullSync,
  key: string,
  object: string | null,
): Promise<Told> {
  const life = await explainPulled(workspace, sync, object, key)
  if (life === null) {
    throw appErrors.unknown_key({
      message: `Sync ${sync.name} has heard of no record with the id ${shellWord(key)}.`,
      remedy: `Give the id that the CRM uses; \`syncline run ${shellWord(sync.name)}\` reads what is there now.`,
    })
  }
  return { lines: recordLifeLines(sync, life), json: recordLifeJson(life) }
}

function unknownKey(name: string, key: string): Error {
  const plan = `syncline plan ${shellWord(name)} --key ${shellWord(key)}`
  // A model may have it, and so few do that another reason is likelier.
  const unset = key === '' ? ' An empty one mostly comes of a variable that is not set.' : ''
  return appErrors.unknown_key({
    message: `No run of sync ${name} has met the key ${shellWord(key)}.`,
    remedy: `Give the key as the model writes it; \`${plan}\` shows what a push would do with it.${unset}`,
  })
}
