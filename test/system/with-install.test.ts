import { watch } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ended, goodInstall, said, ScratchProject } from './scratch-project.ts'

let project: ScratchProject
beforeEach(() => {
  project = new ScratchProject()
})
afterEach(() => project.remove())

describe('with-install', () => {
  it('installs before the first command, and not before the second', async () => {
    const first = await project.withInstall('node', '-p', '1 + 1')
    expect([first.code, first.stdout]).toEqual([0, '2\n'])
    expect(project.installs()).toBe(1)
    await project.withInstall('node', '-p', '1')
    expect(project.installs()).toBe(1)
  })

  it('keeps stdout for the command; npm is heard on stderr', async () => {
    const result = await project.withInstall('echo', 'mine')
    expect(result.stdout).toBe('mine\n')
    expect(result.stderr).toContain('chatter of npm')
  })

  it('installs again once the lockfile has changed', async () => {
    await project.withInstall('true')
    project.write('package-lock.json', '{ "changed": true }')
    await project.withInstall('true')
    expect(project.installs()).toBe(2)
  })

  it('asks npm for an installation that leaves the lockfile alone', async () => {
    await project.withInstall('true')
    expect(project.read('calls.log')).toContain('install --no-save --include=dev')
  })

  it("puts the project's own node before the machine's", async () => {
    project.npm(`mkdir -p node_modules/.bin
      printf '#!/bin/sh\\necho "the own node"\\n' > node_modules/.bin/node
      chmod +x node_modules/.bin/node`)
    expect((await project.withInstall('node')).stdout).toBe('the own node\n')
  })

  it("ends with the command's exit code", async () => {
    expect((await project.withInstall('sh', '-c', 'exit 42')).code).toBe(42)
  })

  it('ends by the signal that ended the command', async () => {
    expect((await project.withInstall('sh', '-c', 'kill -KILL $$')).signal).toBe('SIGKILL')
  })

  it('hands SIGTERM on and waits for what the command makes of it', async () => {
    const script = `process.once('SIGTERM', () => process.exit(7))
      setInterval(() => undefined, 1000)
      console.log('ready')`
    const child = project.startWithInstall('node', '-e', script)
    const end = ended(child)
    await said(child, 'ready')
    child.kill('SIGTERM')
    expect((await end).code).toBe(7)
  })

  it('gives the command its stdin', async () => {
    const child = project.startWithInstall('cat')
    child.stdin?.end('through')
    expect((await ended(child)).stdout).toBe('through')
  })

  it('says so when the command does not exist', async () => {
    const result = await project.withInstall('no-such-command')
    expect(result.code).toBe(127)
    expect(result.stderr).toContain('no-such-command could not be started')
  })

  it('starts nothing after a failed installation, and tries again next time', async () => {
    project.npm('exit 3')
    const failed = await project.withInstall('echo', 'mine')
    expect([failed.code, failed.stdout]).toEqual([3, ''])
    project.npm(goodInstall)
    expect((await project.withInstall('echo', 'mine')).stdout).toBe('mine\n')
  })

  it('says what is wrong when npm brought no node', async () => {
    project.npm('mkdir -p node_modules')
    const result = await project.withInstall('echo', 'mine')
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('install scripts')
  })

  it('installs once for several that start together', async () => {
    const starts = Array.from({ length: 5 }, (_, n) => project.withInstall('echo', String(n)))
    const results = await Promise.all(starts)
    expect(results.map((result) => result.stdout)).toEqual(['0\n', '1\n', '2\n', '3\n', '4\n'])
    expect(project.installs()).toBe(1)
  })

  it('takes over from one that was killed in the middle of it', async () => {
    project.npm(`exec 1>&- 2>&-
      echo $$ > npm.pid && mv npm.pid npm-is-at-work
      exec sleep 60`)
    const atWork = new Promise<void>((resolve) => {
      const watcher = watch(project.folder, (_event, file) => {
        if (file !== 'npm-is-at-work') return
        watcher.close()
        resolve()
      })
    })
    const victim = project.startWithInstall('echo', 'never')
    const end = ended(victim)
    await atWork
    victim.kill('SIGKILL')
    expect((await end).signal).toBe('SIGKILL')
    process.kill(Number(project.read('npm-is-at-work')))
    project.npm(goodInstall)
    expect((await project.withInstall('echo', 'mine')).stdout).toBe('mine\n')
    expect(project.installs()).toBe(2)
  })
})
