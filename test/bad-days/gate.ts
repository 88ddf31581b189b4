/** A local HubSpot that holds back the answers of some requests until a test lets them go. */
import { createServer } from 'node:http'
import type { HubSpotSimulator } from '../../src/simulator/hubspot/simulator.ts'
import { listen } from '../support/loopback.ts'
import { handled } from './handled.ts'

export interface Gate {
  readonly url: string
  /** Resolves when the first request of the kind waits. */
  readonly reached: Promise<void>
  open(): void
  close(): Promise<void>
}

/** Requests whose path contains `path` were applied, and wait for their answer. */
export async function serveGate(simulator: HubSpotSimulator, path: string): Promise<Gate> {
  const reached = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const said = await handled(simulator, request)
      if (request.url?.includes(path) === true) {
        reached.resolve()
        await opened.promise
      }
      response.writeHead(said.status, { ...said.headers })
      response.end(said.body)
    }
    void answer()
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port.number}`,
    reached: reached.promise,
    open: opened.resolve,
    close: port.close,
  }
}
