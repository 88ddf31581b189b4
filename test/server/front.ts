/** What stands before the server, as a proxy does: it stays when the server goes, and may fail by itself. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from '../support/loopback.ts'

export interface Front {
  readonly url: string
  /** Where requests go; null answers each with 503. */
  target: string | null
  close(): Promise<void>
}

export async function openFront(): Promise<Front> {
  const server = createServer((request, response) => void pass(front, request, response))
  const port = await listen(server)
  const front: Front = { url: `http://127.0.0.1:${port.number}`, target: null, close: port.close }
  return front
}

async function pass(
  { target }: Front,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request)
  if (target === null) {
    response.writeHead(503).end()
    return
  }
  const { authorization = '', 'content-type': type = '' } = request.headers
  const headers = { authorization, 'content-type': type }
  const { status } = await fetch(`${target}${request.url}`, { method: 'POST', headers, body })
  response.writeHead(status).end()
}
