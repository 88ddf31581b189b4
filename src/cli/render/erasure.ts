/** What was removed of a person, as lines and as JSON. */
import { type ErasedObject, notReached, type PullErasure } from '../../app/pull/erase-pulled.ts'
import type { Erasure } from '../../app/push/erase-person.ts'
import { count, many } from './plan.ts'

export function erasureLine({ sync, baseline, held, operations, messages }: Erasure): string {
  if (baseline + held + operations + messages === 0) return `${sync}: nothing was kept`
  const parts = [
    `${count(baseline)} in the baseline`,
    `${count(held)} held back`,
    `${count(operations)} operations`,
    `${count(messages)} messages`,
  ]
  return `${sync}: erased ${parts.join(', ')}`
}

export function pullErasureLines({
  sync,
  objects,
  unread,
  waiting,
}: PullErasure): readonly string[] {
  const records = objects.filter(({ keptOut }) => keptOut > 0).map((one) => recordsLine(sync, one))
  const webhooks = [
    ...(unread === 0 ? [] : [`${sync}: erased ${count(unread)} webhooks that could not be read`]),
    ...waitingLines(sync, waiting),
  ]
  const nothing = records.length + webhooks.length === 0 ? [`${sync}: nothing was kept`] : []
  return [...nothing, ...records, ...webhooks, ...objects.flatMap((one) => mentionLines(sync, one))]
}

function waitingLines(sync: string, { removed, left }: PullErasure['waiting']): readonly string[] {
  return [
    ...(removed === 0
      ? []
      : [`${sync}: erased ${count(removed)} webhooks that waited to be loaded`]),
    ...(left === 0
      ? []
      : [
          `${sync}: left ${count(left)} webhooks that wait for other pulls, or tell of others, too`,
        ]),
  ]
}

function recordsLine(sync: string, { object, records, changes, versions }: ErasedObject): string {
  if (records === 0) return `${sync} ${object}: nothing was kept, and the record will not be loaded`
  const rows = `${many(changes, 'change')} and ${many(versions, 'version')}`
  return `${sync} ${object}: erased ${many(records, 'record')} with ${rows}; none is loaded again`
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

export function pullErasureJson({
  sync,
  objects,
  unread,
  waiting,
}: PullErasure): Readonly<Record<string, unknown>> {
  return {
    sync,
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
