import { expect, it } from 'vitest'
import { referencesOf } from './built-in-fields.ts'
import { objectNamed, pipedriveObjects } from './objects.ts'

it.each(pipedriveObjects.map((object) => [object.name, object] as const))(
  'references of %s are to objects whose ids are of the same kind',
  (_, { builtIn }) => {
    const kinds: Readonly<Record<string, string>> = builtIn.always
    for (const [field, object] of Object.entries(referencesOf(builtIn))) {
      expect([field, kinds[field]]).toEqual([field, objectNamed(object)?.keyKind])
    }
  },
)

it('knows of deals which fields are ids of others', () => {
  const deals = objectNamed('deals')
  expect(deals === null ? null : referencesOf(deals.builtIn)).toEqual({
    owner_id: 'users',
    person_id: 'persons',
    org_id: 'organizations',
    pipeline_id: 'pipelines',
    stage_id: 'stages',
  })
})
