/**
 * Requests answered by a local HubSpot in this process. What it holds is in a file: read at the first
 * request, written before a request that changed something is answered. One process at a time has it.
 */
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { createHandlerTransport } from '../../../connector/http/handler-transport.ts'
import type { HttpRequest, Transport } from '../../../connector/http/transport.ts'
import type { Clock } from '../../../model/clock.ts'
import type { HubSpotSimulator } from '../../../simulator/hubspot/simulator.ts'
import { readLocalHubSpot, saveLocalHubSpot } from '../local-hubspot-file.ts'
import { type FileLock, lockFile } from './file-lock.ts'

export function createFileTransport(directory: string, path: string, clock: Clock): Transport {
  return new FileTransport(resolve(directory, path), clock)
}

interface Opened {
  readonly hubspot: HubSpotSimulator
  readonly transport: Transport
  readonly lock: FileLock
}

class FileTransport implements Transport {
  readonly #file: string
  readonly #clock: Clock
  #opened: Promise<Opened> | null = null
  #saving: Promise<void> = Promise.resolve()
  /** A save that has not begun, and will hold whatever is there when it does. */
  #nextSave: Promise<void> | null = null

  constructor(file: string, clock: Clock) {
    this.#file = file
    this.#clock = clock
  }

  async send(request: HttpRequest): ReturnType<Transport['send']> {
    this.#opened ??= this.#open()
    const { hubspot, transport } = await this.#opened
    const response = await transport.send(request)
    if (changesSomething(request)) await this.#save(hubspot)
    return response
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => null)
    this.#opened = null
    if (opened === null || opened === undefined) return
    await this.#saving
    opened.lock.release()
  }

  async #open(): Promise<Opened> {
    await mkdir(dirname(this.#file), { recursive: true })
    const lock = lockFile(this.#file)
    try {
      // Who has no such connection never loads it.
      const { createHubSpot } = await import('../../../simulator/hubspot/hubspot.ts')
      const hubspot = createHubSpot({
        now: () => this.#clock.now(),
        ...(await readLocalHubSpot(this.#file)),
      })
      const handle = hubspot.handle.bind(hubspot)
      return { hubspot, lock, transport: createHandlerTransport(handle, this.#clock) }
    } catch (error) {
      lock.release()
      throw error
    }
  }

  /** Requests that arrive while a save is under way share the next one. */
  #save(hubspot: HubSpotSimulator): Promise<void> {
    this.#nextSave ??= this.#saving
      .catch(() => undefined)
      .then(() => {
        this.#nextSave = null
        this.#saving = saveLocalHubSpot(this.#file, hubspot)
        return this.#saving
      })
    return this.#nextSave
  }
}

/** Batch reads and searches are POST requests, too. */
function changesSomething({ method, url }: HttpRequest): boolean {
  return method !== 'GET' && !/\/(read|search)$/.test(new URL(url).pathname)
}
