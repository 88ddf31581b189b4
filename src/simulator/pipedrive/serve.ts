/** The local Pipedrive on a loopback port, with a courier for its webhooks. */
import { type HttpServer, type ListenOptions, serveHttp } from '../serve-http.ts'
import { handleAdmin } from './admin.ts'
import { Courier } from './courier.ts'
import { createPipedrive } from './pipedrive.ts'
import type { PipedriveOptions, PipedriveSimulator } from './simulator.ts'

export type ServeOptions = PipedriveOptions & ListenOptions

export interface PipedriveServer extends HttpServer {
  /** The same CRM, for tests in the same process. */
  readonly simulator: PipedriveSimulator
  /** Until every webhook that is due has been answered, or not in time. */
  delivered(): Promise<void>
}

export async function servePipedrive(options: ServeOptions): Promise<PipedriveServer> {
  const simulator = createPipedrive(options)
  const courier = new Courier(simulator)
  /** Whatever is done may have made events, or moved the clock to their time. */
  const carrying = <Result>(result: Result): Result => {
    setImmediate(() => courier.pump())
    return result
  }
  const server = await serveHttp(
    {
      handle: (request) => carrying(simulator.handle(request)),
      handleAdmin: (request) => carrying(handleAdmin(simulator, request)),
    },
    options,
  )
  return {
    url: server.url,
    simulator,
    delivered: () => courier.quiet(),
    close: async () => {
      await courier.stop()
      await server.close()
    },
  }
}
