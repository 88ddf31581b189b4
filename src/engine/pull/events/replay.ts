/** Loads a file of changes, as if they arrived now: what the log holds already changes nothing (promise 3). */
import { createHash } from 'node:crypto'
import { LineProblem, readChangeLine } from '../../../core/change/change-line.ts'
import { isFarAhead } from '../../../core/change/event-time.ts'
import { isKey } from '../../../core/change/record-key.ts'
import type { ReadableObject } from '../../../connector/source.ts'
import type { Change } from '../../../model/change.ts'
import type { LeaseKeeper } from '../../context.ts'
import { loadContext, type LoadContext } from '../context.ts'
import { pullErrors } from '../errors.ts'
import { emptyReport } from '../drift.ts'
import { withPullRun } from '../lifecycle.ts'
import { loadObject } from '../history/load-object.ts'
import type { LoadCollaborators, LoadOptions, ObjectReport, PullReport } from '../pull.ts'

export interface ChangeFile {
  /** For messages. */
  readonly name: string
  readonly lines: AsyncIterable<string>
}

/** Changes of one object that are loaded together. */
const changesPerLoad = 20_000

/** Characters of it that a message quotes. */
const mostOfKey = 40

/** `objects` are those that the CRM can have. The file is read to its end before anything is loaded. */
export async function replay(
  collaborators: LoadCollaborators,
  lease: LeaseKeeper,
  options: LoadOptions,
  { file, objects }: { readonly file: ChangeFile; readonly objects: readonly ReadableObject[] },
): Promise<PullReport> {
  const context = await loadContext(collaborators, lease, options)
  const byObject = await readChanges(context, file, objects)
  return withPullRun(context, async () => {
    const reports: ObjectReport[] = []
    for (const [name, changes] of byObject) {
      const object = objects.find((one) => one.name === name)
      if (object !== undefined) reports.push(await replayObject(context, object, changes))
    }
    return { objects: reports, error: null, calls: 0 }
  })
}

async function replayObject(
  context: LoadContext,
  object: ReadableObject,
  changes: readonly Change[],
): Promise<ObjectReport> {
  let added = 0
  let erased = 0
  for (let from = 0; from < changes.length; from += changesPerLoad) {
    context.signal.throwIfAborted()
    const part = changes.slice(from, from + changesPerLoad)
    const loaded = await loadObject(context, object, null, part)
    added += loaded.added
    erased += loaded.erased
    context.progress({ at: 'loaded', object: object.name, changes: added })
  }
  return { ...emptyReport(object.name), read: changes.length, added, erased }
}

/** A line that is no change refuses the file: of a part of it nobody could say what is missing. */
async function readChanges(
  { clock, sync }: LoadContext,
  file: ChangeFile,
  objects: readonly ReadableObject[],
): Promise<ReadonlyMap<string, readonly Change[]>> {
  const byObject = new Map<string, Change[]>()
  const kinds = new Map(objects.map(({ name, keyKind }) => [name, keyKind]))
  let line = 0
  for await (const text of file.lines) {
    line += 1
    if (text.trim() === '') continue
    const change = readLine(text, file.name, line)
    if (!sync.objects.includes(change.object)) {
      throw lineError(
        file.name,
        line,
        `is about ${change.object}, which ${sync.name} does not pull`,
      )
    }
    if (isFarAhead(change.eventAt, clock.now())) {
      throw lineError(file.name, line, 'has an event_at that is more than a day ahead')
    }
    if (kinds.get(change.object) === 'integer' && !isKey(change.key, 'integer')) {
      const key = JSON.stringify(change.key.slice(0, mostOfKey))
      throw lineError(
        file.name,
        line,
        `has the key ${key}, and ids of ${change.object} are integers`,
      )
    }
    const known = byObject.get(change.object)
    if (known === undefined) byObject.set(change.object, [change])
    else known.push(change)
  }
  return byObject
}

function readLine(text: string, file: string, line: number): Change {
  try {
    return readChangeLine(text, (told) => createHash('sha256').update(told).digest('hex'))
  } catch (error) {
    throw error instanceof LineProblem ? lineError(file, line, error.message) : error
  }
}

function lineError(file: string, line: number, what: string): Error {
  return pullErrors.change_file({
    message: `Line ${line} of ${file} ${what}.`,
    place: { file, line },
  })
}
