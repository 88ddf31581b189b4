/** A local HubSpot behind TLS, as CRMs are. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HubSpotSimulator } from '../../src/simulator/hubspot/simulator.ts'
import { listen, localhostCertificate } from '../support/loopback.ts'
import { handled } from './handled.ts'

export interface TlsCrm {
  readonly url: string
  /** The file with the certificate that signs for it. */
  readonly certificate: string
  close(): Promise<void>
}

export async function serveTlsCrm(simulator: HubSpotSimulator): Promise<TlsCrm> {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-tls-'))
  const { key, certificate } = localhostCertificate(folder)
  const files = { key: readFileSync(key), cert: readFileSync(certificate) }
  const server = createServer(files, (request, response) => {
    void handled(simulator, request).then(({ status, headers, body }) =>
      response.writeHead(status, { ...headers }).end(body),
    )
  })
  const port = await listen(server)
  return {
    url: `https://localhost:${port.number}`,
    certificate,
    close: async () => {
      await port.close()
      rmSync(folder, { recursive: true })
    },
  }
}
