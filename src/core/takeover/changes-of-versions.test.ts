import { describe, expect, it } from 'vitest'
import { presets } from '../history/columns/presets.ts'
import { changesOfVersions } from './changes-of-versions.ts'
import type { OldVersion } from './old-version.ts'

const at = (time: string): string => `2026-03-01T10:00:${time}Z`
const version = (
  start: string,
  end: string | null,
  more: Partial<OldVersion> = {},
): OldVersion => ({
  number: 1,
  key: '1',
  start: at(start),
  end: end === null ? null : at(end),
  isActive: end === null,
  mergedInto: null,
  fields: new Map([['title', { kind: 'text', text: start }]]),
  problem: null,
  ...more,
})

/** `op time` in the order of time, and the reasons of what is left. */
function told(
  preset: keyof typeof presets,
  versions: readonly OldVersion[],
  ownFrom: string | null = null,
): { readonly changes: readonly string[]; readonly left: readonly string[] } {
  const context = {
    object: 'deals',
    preset: presets[preset],
    ownFrom,
    digest: (text: string) => text,
  }
  const { changes, left } = changesOfVersions(context, versions)
  return {
    changes: changes.map(({ op, eventAt }) => `${op} ${eventAt.slice(17, -1)}`),
    left: left.map(({ reason }) => reason),
  }
}

describe('the versions of a record', () => {
  it('follow each other where one ends as the next begins, in whatever order they come', () => {
    const versions = [
      version('02.000000', null),
      version('00.000000', '01.000000'),
      version('01.000000', '02.000000'),
    ]
    expect(told('cdc', versions)).toEqual({
      changes: ['read 00.000000', 'read 01.000000', 'read 02.000000'],
      left: [],
    })
  })

  it('have an end where nothing follows, and one in between where something follows later', () => {
    const versions = [version('00.000000', '01.000000'), version('02.000000', '03.000000')]
    expect(told('dlt', versions).changes).toEqual([
      'read 00.000000',
      'delete 01.000000',
      'read 02.000000',
      'delete 03.000000',
    ])
    const merged = [version('00.000000', '01.000000', { mergedInto: '7' })]
    expect(told('dlt', merged).changes).toEqual(['read 00.000000', 'merge 01.000000'])
  })

  it('end a millisecond before the next one where the end belongs to the version', () => {
    const versions = [
      version('00.000000', '00.999000'),
      // Shorter than that.
      version('01.000000', '01.000000'),
      version('01.000500', '01.999500'),
      version('02.000500', null),
    ]
    expect(told('fivetran', versions)).toEqual({
      changes: ['read 00.000000', 'read 01.000000', 'read 01.000500', 'read 02.000500'],
      left: [],
    })
    const ended = [version('00.000000', '00.998000'), version('01.000000', null)]
    expect(told('fivetran', ended).changes).toEqual([
      'read 00.000000',
      'delete 00.998000',
      'read 01.000000',
    ])
  })

  it('are not taken where they never held, or another one begins with them', () => {
    const versions = [
      version('00.000000', '00.000000'),
      version('01.000000', '00.500000'),
      version('02.000000', '03.000000'),
      version('02.000000', null),
    ]
    expect(told('cdc', versions)).toEqual({
      changes: ['read 02.000000'],
      left: ['version.empty', 'version.empty', 'version.same_start'],
    })
    expect(told('fivetran', [version('00.000000', '00.000000')]).left).toEqual(['version.empty'])
  })

  it('leave a gap where one can not be read, and end as it does', () => {
    const unread = { fields: null, problem: 'value is no number' }
    const versions = [version('00.000000', '01.000000'), version('01.000000', '02.000000', unread)]
    expect(told('cdc', versions)).toEqual({
      changes: ['read 00.000000', 'gap 01.000000', 'delete 02.000000'],
      left: ['version.value'],
    })
  })

  it('leave a gap where the last is over and nobody knows since when', () => {
    const versions = [
      version('00.000000', null, { isActive: false }),
      version('01.000000', null, { isActive: false }),
    ]
    expect(told('cdc', versions).changes).toEqual([
      'read 00.000000',
      'read 01.000000',
      'gap 01.000000',
    ])
  })

  it('are taken as far as the CRM itself told nothing of the record', () => {
    const versions = [
      version('00.000000', '02.000000'),
      version('02.000000', '03.000000'),
      version('04.000000', null),
    ]
    expect(told('cdc', versions, at('02.000000'))).toEqual({
      changes: ['read 00.000000'],
      left: ['version.overtaken', 'version.overtaken'],
    })
    expect(told('cdc', versions, at('03.000000')).changes).toEqual([
      'read 00.000000',
      'read 02.000000',
    ])
    expect(told('cdc', versions, at('03.500000')).changes).toContain('delete 03.000000')
  })
})
