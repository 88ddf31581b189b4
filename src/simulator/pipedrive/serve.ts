/** The local Pipedrive on a loopback port. */
import type { ListenOptions } from '../serve-http.ts'
import { type Served, serveSimulator } from '../serve-simulator.ts'
import { handleAdmin } from './admin.ts'
import { createPipedrive } from './pipedrive.ts'
import type { PipedriveOptions, PipedriveSimulator } from './simulator.ts'

export type ServeOptions = PipedriveOptions & ListenOptions
export type PipedriveServer = Served<PipedriveSimulator>

export function servePipedrive(options: ServeOptions): Promise<PipedriveServer> {
  return serveSimulator(createPipedrive(options), handleAdmin, options)
}
