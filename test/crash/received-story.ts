/**
 * Webhooks from their receipt to the history, in two steps that are each a process: a server answers them; a loader takes them
 * out of the journal, asks for what they leave in doubt, and forgets them. The sender sends again what was not answered. One
 * of them tells of too little, one comes twice, one can not be read.
 */
import { EventLoader } from '../../src/app/pull/event-loader.ts'
import { openDesk } from '../../src/app/serve/desk.ts'
import type { Workspace } from '../../src/app/workspace/workspace.ts'
import { bodyText, unreadable } from '../../src/connector/decoded-event.ts'
import type { DecodedEvent } from '../../src/connector/source.ts'
import type { Dialect } from '../../src/core/sql/dialect.ts'
import type { Change } from '../../src/model/change.ts'
import { heard, integer, type ScriptedCrm, text } from '../pull/scripted-crm.ts'
import type { CrashingProcess } from '../support/crashing.ts'
import { day, instantOf, type Step, type Story, type World } from './pull-story.ts'
import { storyWorkspace } from './story-workspace.ts'

/** As the CRM of the story sends it. */
interface Sent extends Pick<Change, 'id' | 'key' | 'op' | 'partial' | 'eventAt'> {
  readonly title?: string
  readonly value?: number
}

const changed: Sent = {
  id: 'changed',
  key: '1',
  op: 'update',
  partial: true,
  eventAt: day(2, '10:00:00'),
  value: 11,
}
const sent: readonly Sent[] = [
  changed,
  { id: 'unseen', key: '3', op: 'update', partial: true, eventAt: day(3, '10:00:00'), value: 30 },
  { id: 'ended', key: '2', op: 'delete', partial: false, eventAt: day(4, '10:00:00') },
  { ...changed, id: 'again', eventAt: day(5, '10:00:00'), title: 'deal 1, again' },
  changed,
]
const bodies = [...sent.map((one) => JSON.stringify(one)), 'nobody understands this']

function decode(body: string | Uint8Array): readonly DecodedEvent[] {
  const said = bodyText(body) ?? ''
  if (!said.startsWith('{')) return [unreadable('it is no object')]
  const { id, key, op, partial, eventAt, title, value }: Sent = JSON.parse(said)
  const fields = new Map([
    ...(title === undefined ? [] : [['title', text(title)] as const]),
    ...(value === undefined ? [] : [['value', integer(value)] as const]),
  ])
  return [{ state: 'change', change: { ...heard(key, eventAt, fields), id, op, partial } }]
}

function workspaceOf(world: World, crm: ScriptedCrm, process: CrashingProcess): Workspace {
  return storyWorkspace(world, crm, process, {
    journal: process.wrapJournal(world.inbox.journal),
    events: { decode },
  })
}

const receive: Step['work'] = async (world, crm, process) => {
  const { answered } = world.inbox
  const desk = openDesk(workspaceOf(world, crm, process), {
    onReception: () => undefined,
    onReceived: () => undefined,
  })
  await desk.requireReady()
  for (const [number, body] of bodies.entries()) {
    if (answered.has(number)) continue
    const webhook = { connection: world.sync.crm, contentType: null, body: Buffer.from(body) }
    await desk.receive(webhook)
    answered.add(number)
  }
}

const load: Step['work'] = async (world, crm, process) => {
  const { signal } = new AbortController()
  const loader = new EventLoader(workspaceOf(world, crm, process), signal, world.clock)
  const { failed } = await loader.loadWaiting()
  for (const error of failed.values()) throw error
}

const steps: readonly Step[] = [
  { set: () => undefined, work: receive },
  {
    set: (crm) => {
      crm.put('3', day(3, '10:00:00'), { title: text('deal 3'), value: integer(30) })
    },
    work: load,
  },
]

/** Versions, how many changes of each kind the log has, and what could not be read: nobody knows that it is the same once more. */
function history(schema: string, dialect: Dialect): string {
  const at = (column: string): string => instantOf(column, dialect)
  return [
    `select 'version', cast(id as varchar), ${at('_cdc_start')}, ${at('_cdc_end')}, title, cast("value" as varchar), cast(_dirty as varchar) from ${schema}.deal_history`,
    `select 'changes', _key, _origin, cast(count(*) as varchar), null, null, null from ${schema}.deals_changes group by _key, _origin`,
    `select distinct 'unread', reason, body, null, null, null, null from syncline.unread_events where sync = '${schema}'`,
  ]
    .join(' union all ')
    .concat(' order by 1, 2, 3')
}

export const receivedStory: Story = {
  before: async (world, _schema, crm) => {
    for (const key of ['1', '2']) {
      crm.put(key, day(1, '10:00:00'), { title: text(`deal ${key}`), value: integer(10) })
    }
    await world.read(crm.reader)
  },
  steps,
  history,
  expected: [
    ['changes', '1', 'read', '1', null, null, null],
    ['changes', '1', 'webhook', '2', null, null, null],
    ['changes', '2', 'read', '1', null, null, null],
    ['changes', '2', 'webhook', '1', null, null, null],
    ['changes', '3', 'gap', '1', null, null, null],
    ['changes', '3', 'webhook', '1', null, null, null],
    ['unread', 'it is no object', 'nobody understands this', null, null, null, null],
    ['version', '1', day(1, '10:00:00'), day(2, '10:00:00'), 'deal 1', '10', 'false'],
    ['version', '1', day(2, '10:00:00'), day(5, '10:00:00'), 'deal 1', '11', 'false'],
    ['version', '1', day(5, '10:00:00'), null, 'deal 1, again', '11', 'false'],
    ['version', '2', day(1, '10:00:00'), day(4, '10:00:00'), 'deal 2', '10', 'false'],
    ['version', '3', day(3, '10:00:00'), null, 'deal 3', '30', 'false'],
  ],
}
