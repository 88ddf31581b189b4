/** The fields of an object that a sync takes, as columns are chosen for them. */
import type { SourceObject } from '../../connector/source.ts'
import { fieldUse } from '../../core/change/choose-fields.ts'
import type { PinnableField } from '../../core/history/columns/pin.ts'
import type { LoadContext } from './context.ts'
import { hashedField } from './hashed.ts'

/** Fields that are hashed are texts, whatever they were, or hold texts where they were lists and objects. */
export function chosenFields(
  { sync }: Pick<LoadContext, 'sync'>,
  { name, fields }: SourceObject,
): readonly PinnableField[] {
  const useOf = fieldUse(name, sync.fields)
  return fields.flatMap((field) => {
    const use = useOf(field.name)
    if (use === 'left') return []
    return use === 'hashed' ? [hashedField(field)] : [field]
  })
}
