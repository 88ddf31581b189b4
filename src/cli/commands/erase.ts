/** `syncline erase`: removes a person from everything that Syncline keeps. */
import { erasePerson, unsearchedSyncs } from '../../app/push/erase-person.ts'
import { erasePulled, type PulledPerson } from '../../app/pull/erase-pulled.ts'
import { pullsOfObject } from '../../app/pull/pulled-object.ts'
import { selectSyncs, selectSyncsOf } from '../../app/workspace/select-syncs.ts'
import type { Workspace } from '../../app/workspace/workspace.ts'
import type { PullSync, PushSync, Sync } from '../../model/sync.ts'
import { type Command, flag, type Invocation, text } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import {
  erasureLine,
  pullErasureJson,
  pullErasureLines,
  pullRemarks,
  pushRemarks,
} from '../render/erasure.ts'
import { progressLine, progressStep } from '../render/progress.ts'
import { pullProgressLine, pullProgressStep } from '../render/pull-progress.ts'
import { type Judged, syncCommand } from '../sync-command.ts'

export const erase: Command = {
  name: 'erase',
  summary:
    'Removes a person from all that is kept of pushes, and from tables and webhooks of pulls.',
  arguments: '[value]',
  mostArguments: 1,
  options: {
    key: {
      type: 'string',
      description: 'Instead of a value: the key of the row in the model of the push --sync.',
      value: '<key>',
    },
    object: {
      type: 'string',
      description: 'Instead of a value: the object of the pulled record with --id.',
      value: '<name>',
    },
    id: {
      type: 'string',
      description: 'The id of the record in the CRM; it need not be known yet to be kept out.',
      value: '<id>',
    },
    sync: {
      type: 'string',
      description: 'Only in this sync; default every sync of the project.',
      value: '<name>',
    },
    'dry-run': {
      type: 'boolean',
      description: 'Counts what would be removed, and removes nothing.',
    },
    'as-value': {
      type: 'boolean',
      description: 'The value is one, such as a phone number, though it looks like an id.',
    },
  },
  async run(invocation) {
    const { output, values } = invocation
    const person = meant(invocation)
    const name = text(values, 'sync')
    const types = new Set<Sync['type']>()
    const code = await syncCommand<Sync>(invocation, {
      choose: (workspace) => chosen(workspace, person, name),
      work(workspace, sync) {
        types.add(sync.type)
        return sync.type === 'push'
          ? erasePushed(invocation, workspace, sync, person)
          : erasePulledRecords(invocation, workspace, sync, person)
      },
      missed: async (workspace) => (name === undefined ? unsearchedSyncs(workspace) : []),
    })
    const isDry = flag(values, 'dry-run')
    if (types.has('push') && !isDry) for (const line of pushRemarks) output.line(line)
    if (types.has('pull') && !isDry) for (const line of pullRemarks) output.line(line)
    if (isDry) output.line('nothing was removed: this was a dry run')
    return code
  },
}

/** Pushes know a person by a value or a key, pulls by a value or an object and id. */
type Meant = { readonly key: string } | PulledPerson

function meant({ values, positionals }: Invocation): Meant {
  const [value] = positionals
  const [key, object, id] = ['key', 'object', 'id'].map((option) => text(values, option))
  const ways = [value, key, object ?? id].filter((way) => way !== undefined)
  if (ways.length !== 1) {
    throw cliErrors.usage({
      message: 'erase takes either a value, or --key, or --object and --id.',
    })
  }
  if (value !== undefined) {
    if (value.trim() === '') throw cliErrors.usage({ message: 'The value is empty.' })
    if (looksLikeId(value) && !flag(values, 'as-value')) throw idForValue(value.trim())
    return { value }
  }
  if (key !== undefined) {
    if (text(values, 'sync') !== undefined) return { key }
    throw cliErrors.usage({ message: 'erase --key also takes the --sync it is of.' })
  }
  if (object === undefined || id === undefined) {
    throw cliErrors.usage({ message: 'erase takes --object and --id together.' })
  }
  return { object, id }
}

/** Digits alone, or a UUID: as a value it would be sought in every text of every record. */
function looksLikeId(value: string): boolean {
  return /^(\d+|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/i.test(value.trim())
}

function idForValue(value: string): Error {
  return cliErrors.usage({
    message: `${value} looks like the id of a record, and was given as a value that records hold.`,
    remedy: `Say --object <name> --id ${value} for that record of a pull, or --sync <name> --key ${value} for a row of a push; or add --as-value if it is a value, such as a phone number.`,
  })
}

function chosen({ project }: Workspace, person: Meant, name: string | undefined): readonly Sync[] {
  const named = { names: name === undefined ? [] : [name], all: name === undefined }
  if ('key' in person) return selectSyncsOf('push', project, named)
  if ('value' in person) return name === undefined ? project.syncs : selectSyncs(project, named)
  return name === undefined
    ? pullsOfObject(project, person.object)
    : selectSyncsOf('pull', project, named)
}

async function erasePushed(
  { output, values }: Invocation,
  workspace: Workspace,
  sync: PushSync,
  person: Meant,
): Promise<Judged> {
  if ('id' in person)
    throw new Error(`an id of a pulled record was sought in the push ${sync.name}`)
  const known = 'key' in person ? person : { matchValue: person.value }
  const dryRun = flag(values, 'dry-run')
  const erasure = await erasePerson(workspace, sync, { person: known, dryRun }, (event) =>
    output.progress(progressLine(sync.name, event), progressStep(sync.name, event)),
  )
  output.line(erasureLine(erasure, { dryRun }))
  const { sync: name, ...counts } = erasure
  const result = { sync: name, dry_run: dryRun, ...counts }
  return { result, code: exitCode.fine, error: null }
}

async function erasePulledRecords(
  { output, signal, values }: Invocation,
  workspace: Workspace,
  sync: PullSync,
  person: Meant,
): Promise<Judged> {
  if ('key' in person) throw new Error(`a key of a model was sought in the pull ${sync.name}`)
  const dryRun = flag(values, 'dry-run')
  const erasure = await erasePulled(workspace, sync, {
    person,
    dryRun,
    signal,
    progress: (event) =>
      output.progress(pullProgressLine(sync.name, event), pullProgressStep(sync.name, event)),
  })
  for (const line of pullErasureLines(erasure, { dryRun })) output.line(line)
  return { result: pullErasureJson(erasure, { dryRun }), code: exitCode.fine, error: null }
}
