/** What the driver knows of the company: which records are there, and which were deleted and can come back. */
import type { Chance } from '../../src/simulator/chance.ts'
import type { Edit } from '../../src/simulator/pipedrive/writes/edit.ts'
import type { Company } from './company.ts'

export const editedObjects = [
  'deal',
  'person',
  'organization',
  'user',
  'pipeline',
  'stage',
] as const
export type EditedObject = (typeof editedObjects)[number]

/** Whose token programs use: nobody deactivates that user. */
const tokenUser = 1

export class Book {
  readonly #active = new Map<EditedObject, number[]>()
  readonly #deleted = new Map<EditedObject, number[]>()

  constructor({ records }: Company) {
    for (const object of editedObjects) {
      this.#active.set(
        object,
        (records[object] ?? [])
          .map(({ id }) => Number(id))
          .filter((id) => object !== 'user' || id !== tokenUser),
      )
      this.#deleted.set(object, [])
    }
  }

  active(object: EditedObject): readonly number[] {
    return this.#active.get(object) ?? []
  }

  deleted(object: EditedObject): readonly number[] {
    return this.#deleted.get(object) ?? []
  }

  /** The id of a record that is there; null where there is none. */
  pick(chance: Chance, object: EditedObject): number | null {
    return chance.pick(this.active(object)) ?? null
  }

  /** After the edit was made; `id` is what the CRM answered. */
  note(edit: Edit, id: number): void {
    const object = editedObjects.find((one) => one === edit.object)
    if (object === undefined) return
    if (edit.kind === 'create' || edit.kind === 'restore') {
      drop(this.#deleted, object, id)
      this.#active.get(object)?.push(id)
    }
    // What went up in another record does not come back.
    if (edit.kind === 'merge') drop(this.#active, object, Number(edit.id))
    if (edit.kind === 'delete') {
      drop(this.#active, object, Number(edit.id))
      this.#deleted.get(object)?.push(Number(edit.id))
    }
  }
}

function drop(lists: ReadonlyMap<EditedObject, number[]>, object: EditedObject, id: number): void {
  const list = lists.get(object) ?? []
  const index = list.indexOf(id)
  if (index >= 0) list.splice(index, 1)
}
