/** The objects of the local Pipedrive; the names are those of events. */
export const objects = [
  'deal',
  'person',
  'organization',
  'activity',
  'product',
  'lead',
  'note',
  'user',
  'pipeline',
  'stage',
] as const
export type ObjectName = (typeof objects)[number]

/** What they are called in paths. */
export const plurals: Readonly<Record<ObjectName, string>> = {
  deal: 'deals',
  person: 'persons',
  organization: 'organizations',
  activity: 'activities',
  product: 'products',
  lead: 'leads',
  note: 'notes',
  user: 'users',
  pipeline: 'pipelines',
  stage: 'stages',
}

/** By either name. */
export function findObject(name: string): ObjectName | null {
  return objects.find((object) => object === name || plurals[object] === name) ?? null
}

export function titled(object: ObjectName): string {
  return object.charAt(0).toUpperCase() + object.slice(1)
}
