import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { rewrite } from './project-files.ts'

let world: CliWorld

beforeAll(async () => {
  world = await createCliWorld()
})
afterAll(() => world.close())

describe('check', () => {
  it('lists what is wrong with a connection, and ends with 2', async () => {
    const undo = rewrite(world.directory, 'syncline.yaml', [
      '    access_token:',
      '    acess_token:',
    ])
    const { code, stdout } = await world.cli('check')
    const json = await world.cli('check', '--json')
    undo()
    expect(code).toBe(2)
    expect(stdout).toContain('WRONG configuration: config.unknown_key')
    expect(stdout).toContain('Did you mean access_token?')
    expect(stdout).toMatch(/ +at syncline\.yaml:\d+:\d+ \(connections\.hubspot\.acess_token\)/)
    expect(stdout).not.toContain('everything is there')
    expect(json.stdout).toContain('"code":"config.unknown_key"')
  })

  it('of one sync leaves the errors of another aside', async () => {
    writeFileSync(join(world.directory, 'syncs/other.yaml'), 'type: push\n')
    const [all, one] = [await world.cli('check'), await world.cli('check', 'customers')]
    rewrite(world.directory, 'syncs/other.yaml', ['type: push', '# nothing yet'])
    expect([all.code, one.code]).toEqual([2, 0])
    expect(all.stdout).toContain('at syncs/other.yaml')
    expect(one.stdout).toContain('everything is there')
  })

  it('of one sync leaves connections aside that it does not use', async () => {
    const undo = rewrite(world.directory, 'syncline.yaml', [
      'connections:\n',
      'connections:\n  elsewhere: { type: hubspot, base_url: "http://127.0.0.1:9", access_token: none }\n',
    ])
    const [all, one] = [await world.cli('check'), await world.cli('check', 'customers')]
    undo()
    expect([all.code, one.code]).toEqual([3, 0])
    expect(all.stdout).toContain('connection elsewhere')
    expect(one.stdout).not.toContain('elsewhere')
  })

  it('names the object that was meant, also of a sync that only updates', async () => {
    const undo = rewrite(
      world.directory,
      'syncs/customers.yaml',
      ['object: contacts', 'object: contcats'],
      ['mode: upsert', 'mode: update'],
    )
    const { code, stdout } = await world.cli('check', 'customers')
    undo()
    expect([code, stdout]).toEqual([2, expect.stringContaining('; did you mean contacts?')])
  })
})

describe('run', () => {
  it('names the variable that a connection lacks, where it stands, and what to do', async () => {
    const undo = rewrite(world.directory, 'syncline.yaml', [
      '    type: hubspot',
      '    type: hubspot\n    tier: ${env:HUBSPOT_TIER}',
    ])
    const { code, stderr } = await world.cli('run', 'customers')
    undo()
    expect(code).toBe(2)
    expect(stderr).toMatch(/syncline\.yaml:\d+: The variable HUBSPOT_TIER is not set\./)
  })
})

describe('plan', () => {
  it('names the object that was meant, also while nothing is due', async () => {
    await world.cli('run', 'customers', '--first')
    const undo = rewrite(world.directory, 'syncs/customers.yaml', [
      'object: contacts',
      'object: contcats',
    ])
    const { code, stderr } = await world.cli('plan', 'customers')
    undo()
    expect([code, stderr]).toEqual([2, expect.stringContaining('push.unknown_object')])
    expect(stderr).toContain('did you mean contacts?')
    expect((await world.cli('plan', 'customers')).code).toBe(0)
  })

  it('says which syncs there are, where one must be named', async () => {
    writeFileSync(
      join(world.directory, 'syncs/other.yaml'),
      `type: push
from: { connection: warehouse, model: models/customers.sql, key: customer_id }
to: { connection: hubspot, object: companies, match: { domain: email } }
mode: update
tags: [nightly]
fields: { name: last_name }
`,
    )
    const [none, tag] = [await world.cli('plan'), await world.cli('plan', '--tag', 'nigtly')]
    expect([none.code, tag.code]).toEqual([2, 2])
    expect(none.stderr).toContain('No sync was named, and the project has: customers, other.')
    expect(none.stderr).toContain('Name one or several of them, or say --all.')
    expect(tag.stderr).toContain('No sync has the tag nigtly; the tags are: nightly.')
  })
})

describe('validate', () => {
  function transform(text: string): () => void {
    mkdirSync(join(world.directory, 'transforms'), { recursive: true })
    writeFileSync(join(world.directory, 'transforms/people.js'), text)
    return rewrite(world.directory, 'syncs/customers.yaml', [
      'mode: upsert',
      'mode: upsert\ntransform: transforms/people.js',
    ])
  }

  it('tells a row transform that is no JavaScript, with file, line and column', async () => {
    const undo = transform('export default function (row) {\n  return { city: row.city +* 2 }\n}\n')
    const [told, json] = [await world.cli('validate'), await world.cli('validate', '--json')]
    const checked = await world.cli('check', 'customers')
    undo()
    expect(told.code).toBe(2)
    expect(told.stdout).toMatch(/^transforms\/people\.js:2:\d+: .*\[transform\.syntax\]$/m)
    expect(told.stdout).toMatch(/^environment dev: \d good, 1 with errors$/m)
    expect(json.json).toMatchObject({
      problems: [{ code: 'transform.syntax', file: 'transforms/people.js', line: 2 }],
    })
    expect([checked.code, checked.stdout]).toEqual([
      2,
      expect.stringContaining('at transforms/people.js:2:'),
    ])
  })

  it('tells one without a default function, and lets a good one pass', async () => {
    const undo = transform('export const city = 1\n')
    const wrong = await world.cli('validate')
    undo()
    expect([wrong.code, wrong.stdout]).toEqual([2, expect.stringContaining('[transform.load]')])
    const undoGood = transform('export default (row) => row\n')
    const good = await world.cli('validate')
    undoGood()
    expect(good.code).toBe(0)
  })
})

describe('a command that can not begin', () => {
  it('names the environment that was meant', async () => {
    const { code, stderr } = await world.cli('run', 'customers', '--env', 'prd')
    expect(code).toBe(2)
    expect(stderr).toMatch(/There is no environment prd\. \[config\.unknown_environment\]/)
    expect(stderr).toMatch(/^ {2}nearest: {2}prod$/m)
  })

  it('names the option that was meant', async () => {
    const undo = rewrite(world.directory, 'syncs/customers.yaml', ['mode: upsert', 'mod: upsert'])
    const ran = await world.cli('run', 'customers')
    const planned = await world.cli('plan', 'customers')
    const { stdout } = await world.cli('validate')
    undo()
    expect([ran.code, planned.code]).toEqual([2, 2])
    const [told] = stdout.split('\n\n')
    expect(told?.split('\n').map((line) => line.slice(0, 11))).toEqual([
      'syncs/custo',
      '  path:    ',
      '  expected:',
      '  found:   ',
      '  nearest: ',
      '  do:      ',
    ])
    expect(ran.stderr).toContain(`Sync customers has errors.\n\n${told}\n\n1 problem in 1 file\n`)
    expect(planned.stderr).toBe(ran.stderr)
  })
})
