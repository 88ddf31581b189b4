import { expect, it } from 'vitest'
import { contactSync } from '../../../test/support/world.ts'
import { serverOptions } from '../../config/options/server-options.ts'
import type { Project } from '../../config/project.ts'
import { serverSettings } from '../../config/server-settings.ts'
import { selectSyncs } from './select-syncs.ts'

const nothing = { names: [], all: false }

function project(good: readonly string[], bad: readonly string[]): Project {
  return {
    directory: '/nowhere',
    environment: 'dev',
    connections: new Map(),
    state: { kind: 'sqlite', path: 'state.db' },
    server: serverSettings(serverOptions.parse({})),
    workingSchema: 'syncline',
    retentionDays: 30,
    syncs: good.map((name) => contactSync({ name })),
    badSyncs: bad.map((name) => ({ name, problems: [] })),
  }
}

it('means the only sync where none is named', () => {
  expect(selectSyncs(project(['one'], []), nothing)).toMatchObject([{ name: 'one' }])
})

it('takes the only good sync for the only one no more than any other', () => {
  expect(() => selectSyncs(project(['one'], ['two']), nothing)).toThrow(
    'No sync was named, and the project has: one, two (with errors).',
  )
})

it('tells the errors of the only sync', () => {
  expect(() => selectSyncs(project([], ['one']), nothing)).toThrow('Sync one has errors.')
})
