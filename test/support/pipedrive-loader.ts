/** What loads Pipedrive's webhooks into a pull, as a process of its own does: it remembers nothing of those before it. */
import { EventLoader } from '../../src/app/pull/event-loader.ts'
import { decodeEvents } from '../../src/connector/pipedrive/events.ts'
import { objectNamed } from '../../src/connector/pipedrive/objects.ts'
import type { Clock } from '../../src/model/clock.ts'
import { type LoaderParts, loaderWorkspace } from './loader-workspace.ts'

export interface PipedriveLoading extends Omit<LoaderParts, 'owner' | 'source'> {
  readonly clock: Clock
}

/** Of the objects that the sync pulls. */
export function pipedriveLoader({ clock, ...parts }: PipedriveLoading): EventLoader {
  const objects = parts.sync.objects.flatMap((name) => objectNamed(name) ?? [])
  const source = { name: 'pipedrive', objects, events: { decode: decodeEvents } }
  const workspace = loaderWorkspace({ ...parts, owner: 'loader', source })
  return new EventLoader(workspace, new AbortController().signal, clock)
}
