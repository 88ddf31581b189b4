/** What was removed of a person, as lines and as JSON. */
import { type ErasedObject, notReached, type PullErasure } from '../../app/pull/erase-pulled.ts'
import type { Erasure } from '../../app/push/erase-person.ts'
import { count, many } from './plan.ts'

interface Told {
  /** What is told would go, and is there still. */
  readonly dryRun: boolean
}

export function erasureLine(
  { sync, baseline, held, operations, messages }: Erasure,
  { dryRun }: Told,
): string {
  if (baseline + held + operations + messages === 0) return `${sync}: nothing was kept`
  const parts = [
    `${count(baseline)} in the baseline`,
    `${count(held)} held back`,
    `${count(operations)} operations`,
    `${count(messages)} messages`,
  ]
  return `${sync}: ${erased(dryRun)} ${parts.join(', ')}`
}

function erased(dryRun: boolean): string {
  return dryRun ? 'would erase' : 'erased'
}

export function pullErasureLines(
  { sync, objects, unread, waiting }: PullErasure,
  { dryRun }: Told,
): readonly string[] {
  const does = erased(dryRun)
  const records = objects
    .filter(({ keptOut }) => keptOut > 0)
    .map((one) => recordsLine(`${sync} ${one.object}`, does, one))
  const webhooks = [
    ...(unread === 0 ? [] : [`${sync}: ${does} ${many(unread, 'webhook')} that could not be read`]),
    ...waitingLines(sync, does, waiting),
  ]
  const nothing = records.length + webhooks.length === 0 ? [`${sync}: nothing was kept`] : []
  return [...nothing, ...records, ...webhooks, ...objects.flatMap((one) => mentionLines(sync, one))]
}

function waitingLines(
  sync: string,
  does: string,
  { removed, left }: PullErasure['waiting'],
): readonly string[] {
  return [
    ...(removed === 0
      ? []
      : [`${sync}: ${does} ${many(removed, 'webhook')} that waited to be loaded`]),
    ...(left === 0
      ? []
      : [
          `${sync}: left ${count(left)} webhooks that wait for other pulls, or tell of others, too`,
        ]),
  ]
}

function recordsLine(
  where: string,
  does: string,
  { records, changes, versions }: ErasedObject,
): string {
  if (records === 0) return `${where}: nothing was kept, and the record will not be loaded`
  const rows = `${many(changes, 'change')} and ${many(versions, 'version')}`
  return `${where}: ${does} ${many(records, 'record')} with ${rows}; none is loaded again`
}

/** Only a person can say whether a text tells of the person. */
function mentionLines(
  sync: string,
  { object, mentions, hasMoreMentions }: ErasedObject,
): readonly string[] {
  if (mentions.length === 0) return []
  const more = hasMoreMentions ? ', … and more' : ''
  return [
    `${sync} ${object}: left records with a text that it appears in: ${mentions.join(', ')}${more}`,
    `  look at one with \`syncline explain ${sync} <id> --object ${object}\`, erase it with --object ${object} --id <id>`,
  ]
}

export function pullErasureJson(
  { sync, objects, unread, waiting }: PullErasure,
  { dryRun }: Told,
): Readonly<Record<string, unknown>> {
  return {
    sync,
    dry_run: dryRun,
    objects: objects.map(
      ({ object, records, keptOut, changes, versions, mentions, hasMoreMentions }) => ({
        object,
        records,
        kept_out: keptOut,
        changes,
        versions,
        mentioned_in: mentions,
        more_mentions: hasMoreMentions,
      }),
    ),
    unread_events: unread,
    waiting_events: waiting,
    not_reached: notReached,
  }
}

export const pushRemarks = [
  'The CRM and your own tables were not touched: while a model still gives the row,',
  'the next run takes it for a new one.',
] as const

export const pullRemarks = [
  'Not reached: the CRM itself, backups and time travel of the warehouse and the state, and files. A new sync',
  'would load the records again.',
] as const
