import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const place = mkdtempSync(join(tmpdir(), 'syncline-full-disk-'))
afterAll(() => rmSync(place, { recursive: true }))

const sizeKb = 512

/** Runs in a disk of its own, which only it sees; null where this machine lets nobody mount one. */
function onSmallDisk(program: string, mountOptions = `size=${sizeKb}k`): string | null {
  const mount = `mount -t tmpfs -o ${mountOptions} tmpfs ${place}`
  if (spawnSync('unshare', ['-rm', 'sh', '-c', mount]).status !== 0) return null
  const words = ['-rm', 'sh', '-c', `${mount} && exec "$0" --input-type=module -e "$1"`]
  const { stdout, stderr } = spawnSync('unshare', [...words, process.execPath, program])
  return `${stdout.toString()}${stderr.toString()}`
}

const opened = new URL('open-sqlite-ledger.ts', import.meta.url).href

/** Opens a state anew with so much of the disk used, and tells what came of it. */
const openings = (filled: readonly number[]): string => `
  import { rmSync, writeFileSync } from 'node:fs'
  import { openSqliteLedger } from ${JSON.stringify(opened)}
  const told = {}
  for (const used of ${JSON.stringify(filled)}) {
    writeFileSync(${JSON.stringify(join(place, 'fill'))}, Buffer.alloc(used * 1024))
    try {
      const ledger = await openSqliteLedger(${JSON.stringify(join(place, 'a/state.db'))})
      await ledger.close()
      told[used] = 'opened'
    } catch (error) {
      told[used] = error.code
    }
    rmSync(${JSON.stringify(join(place, 'a'))}, { recursive: true, force: true })
  }
  console.log(JSON.stringify(told))`

const canMount = onSmallDisk('') !== null

describe.runIf(canMount)('a state that is opened', () => {
  it('on a disk with little or no room says that the disk is full, wherever room ends', () => {
    const filled = [300, 440, 480, 490, 500, 504, 508, sizeKb]
    expect(JSON.parse(onSmallDisk(openings([0, ...filled])) ?? '')).toEqual({
      0: 'opened',
      ...Object.fromEntries(filled.map((used) => [used, 'ledger.disk_full'])),
    })
  })

  it.each([1, 2, 3, 4])('on a disk that holds %i files at most says the same', (files) => {
    const told = onSmallDisk(openings([0]), `size=4m,nr_inodes=${files + 1}`)
    expect(JSON.parse(told ?? '')).toEqual({ 0: 'ledger.disk_full' })
  })
})
