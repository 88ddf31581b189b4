/** Servers on the loopback: what stands between a company and its CRM. */
import { execFileSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Server as TcpServer, type Socket } from 'node:net'
import { join } from 'node:path'

export interface Port {
  readonly number: number
  close(): Promise<void>
}

/** Listens on a free port; closing ends open connections, too. */
export async function listen(server: Server | TcpServer): Promise<Port> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    number: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

export interface Proxy {
  readonly url: string
  /** Whom it was asked to reach, `host:port` each. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** Tunnels CONNECT to 127.0.0.1, whatever the host. */
export async function serveProxy(): Promise<Proxy> {
  const asked: string[] = []
  const server = createServer((_request, response) => response.writeHead(500).end())
  server.on('connect', (incoming, socket) => {
    asked.push(incoming.url ?? '')
    const target = connect(Number(incoming.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    target.on('error', () => socket.destroy())
    socket.on('error', () => target.destroy())
  })
  const port = await listen(server)
  return { url: `http://127.0.0.1:${port.number}`, asked, close: port.close }
}

/** A certificate for localhost that signs for itself, made by the machine's openssl; gives the paths of its files. */
export function localhostCertificate(folder: string): {
  readonly key: string
  readonly certificate: string
} {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync(
    'openssl',
    ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate],
    { stdio: 'ignore' },
  )
  return { key, certificate }
}
