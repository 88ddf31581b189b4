import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkSyncs, type SyncDraft } from './check-syncs.ts'
import type { ObjectKeys } from './object-keys.ts'
import { pullOptions } from '../options/pull-options.ts'
import { pushOptions } from '../options/push-options.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'

function draft(name: string, lines: string): SyncDraft {
  const text = `type: push
from: { connection: warehouse, table: t, key: id }
${lines}`
  const { tree } = parseYaml(`syncs/${name}.yaml`, text)
  if (tree === null) throw new Error('the text is not YAML')
  return { name, options: pushOptions.parse(parse(text)), tree, isRight: () => true }
}

/** HubSpot takes either name. */
const keyOf: ObjectKeys = (_, object) => (object === '0-1' ? 'contacts' : object.toLowerCase())

const to = (object: string) =>
  `to: { connection: crm, object: ${object}, match: { email: email } }\n`

/** Sync, place and sentence of every problem. */
function found(drafts: readonly SyncDraft[], others: readonly string[] = []): string[] {
  const names = new Set([...drafts.map(({ name }) => name), ...others])
  return [...checkSyncs(drafts, names, keyOf)].flatMap(([name, problems]) =>
    problems.map((one) => `${name} ${one.code} ${one.line}:${one.column} ${one.message}`),
  )
}

describe('two syncs of one object', () => {
  const a = (more = '') => draft('a', `${to('contacts')}fields: { score: x, city: y }\n${more}`)
  const b = (more = '', object = 'contacts') =>
    draft('b', `${to(object)}fields: { Score: z, zip: y }\n${more}`)

  it('may not write the same field', () => {
    const told = 'config.shared 4:18 The syncs a and b both write contacts.score.'
    expect(found([a(), b()])).toEqual([`a ${told}`, `b ${told}`])
  })

  it('is one problem for each two of them, with all the fields that they share', () => {
    const c = draft('c', `${to('contacts')}fields: { CITY: x, score: y, other: z }\n`)
    const first = 'config.shared 4:18 The syncs a and b both write contacts.score.'
    const second = 'config.shared 4:18 The syncs a and c both write contacts.score, contacts.city.'
    const third = 'config.shared 4:18 The syncs b and c both write contacts.Score.'
    expect(found([a(), b(), c])).toEqual([
      `a ${first}`,
      `a ${second}`,
      `b ${first}`,
      `b ${third}`,
      `c ${second}`,
      `c ${third}`,
    ])
  })

  it('may find records by the same field', () => {
    const c = draft('c', `${to('contacts')}fields: { other: z }\n`)
    expect(found([a(), c])).toEqual([])
  })

  it('may share when both say so', () => {
    expect(found([a('shared: true\n'), b('shared: true\n')])).toEqual([])
  })

  it('may not share when one says so', () => {
    expect(found([a('shared: true\n'), b()])).toHaveLength(2)
  })

  it('are told apart by object', () => {
    expect(found([a(), b('', 'companies')])).toEqual([])
  })

  it.each(['"0-1"', 'Contacts'])('are the same when one says %s', (object) => {
    expect(found([a(), b('', object)])).toHaveLength(2)
  })

  it('are told apart by connection', () => {
    const other = draft(
      'b',
      'to: { connection: sandbox, object: contacts, match: { email: e } }\nfields: { score: x }\n',
    )
    expect(found([a(), other])).toEqual([])
  })

  it.each([
    ['archive', 'delete', 2],
    ['delete', 'delete', 2],
    ['delete', 'clear', 0],
    ['delete', 'ignore', 0],
  ])('that %s and %s give %i problems', (first, second, count) => {
    const one = draft('one', `${to('contacts')}removed_rows: ${first}\nfields: { a: a }\n`)
    const two = draft('two', `${to('contacts')}removed_rows: ${second}\nfields: { b: b }\n`)
    expect(found([one, two])).toHaveLength(count)
  })
})

describe('after', () => {
  const sync = (name: string, after: string) =>
    draft(name, `${to(`object_${name}`)}fields: { f: c }\nafter: [${after}]\n`)

  it('may name any sync, also one with problems', () => {
    expect(found([sync('a', 'b, broken'), sync('b', '')], ['broken'])).toEqual([])
  })

  it('names the nearest for one that is not there', () => {
    const names = new Set(['orders', 'accounts'])
    const problems = checkSyncs([sync('orders', 'acounts')], names, keyOf).get('orders')
    expect(problems).toMatchObject([
      { code: 'config.after', found: 'acounts', nearest: 'accounts', line: 5, column: 9 },
    ])
  })

  it('shows the whole circle to each sync in it and to no other', () => {
    const drafts = [sync('a', 'b'), sync('b', 'c'), sync('c', 'a'), sync('d', 'a')]
    expect(found(drafts)).toEqual([
      'a config.after 5:8 `after` closes a circle: a after b after c after a.',
      'b config.after 5:8 `after` closes a circle: b after c after a after b.',
      'c config.after 5:8 `after` closes a circle: c after a after b after c.',
    ])
  })
})

describe('renamed_from', () => {
  const sync = (name: string, former: string) =>
    draft(name, `${to(`object_${name}`)}fields: { f: c }\nrenamed_from: ${former}\n`)

  it.each<readonly [string, readonly SyncDraft[], readonly string[]]>([
    ['a name that is free', [sync('a', 'old')], []],
    [
      'a sync that exists',
      [sync('a', 'b')],
      ['a config.renamed_from 5:15 The sync b still exists, so this one can not be its new name.'],
    ],
    [
      'itself',
      [sync('a', 'a')],
      ['a config.renamed_from 5:15 The sync a can not be renamed from itself.'],
    ],
    [
      'a name that two claim',
      [sync('a', 'old'), sync('c', 'old')],
      [
        'a config.renamed_from 5:15 The sync c claims the former name old too.',
        'c config.renamed_from 5:15 The sync a claims the former name old too.',
      ],
    ],
  ])('that is %s gives its problems', (_, drafts, expected) => {
    expect(found(drafts, ['b'])).toEqual(expected)
  })

  it('is one for pulls as for pushes', () => {
    const pull = (name: string, former: string): SyncDraft => {
      const { tree, ...rest } = sync(name, former)
      const options = pullOptions.parse({
        type: 'pull',
        from: { connection: 'crm' },
        to: { connection: 'warehouse', schema: name },
        renamed_from: former,
      })
      return { ...rest, tree, options }
    }
    expect(
      found([pull('a', 'old'), sync('c', 'old'), pull('d', 'd'), pull('e', 'b')], ['b']),
    ).toEqual([
      'a config.renamed_from 5:15 The sync c claims the former name old too.',
      'c config.renamed_from 5:15 The sync a claims the former name old too.',
      'd config.renamed_from 5:15 The sync d can not be renamed from itself.',
      'e config.renamed_from 5:15 The sync b still exists, so this one can not be its new name.',
    ])
  })
})
