/** The fields of every object: those built in, and those that the company made. */
import type { FieldDefinition, FieldOption } from './field.ts'
import { type ObjectName, objects } from '../wire/objects.ts'
import { standardFields } from './standard-fields.ts'

export class FieldStore {
  readonly #fields: ReadonlyMap<ObjectName, Map<string, FieldDefinition>>

  constructor() {
    this.#fields = new Map(
      objects.map((object) => [
        object,
        new Map(standardFields[object].map((field) => [field.code, field])),
      ]),
    )
  }

  all(object: ObjectName): readonly FieldDefinition[] {
    return [...(this.#fields.get(object)?.values() ?? [])]
  }

  /** Leads have the custom fields of deals. */
  custom(object: ObjectName): readonly FieldDefinition[] {
    return this.all(object === 'lead' ? 'deal' : object).filter(({ custom }) => custom)
  }

  find(object: ObjectName, code: string): FieldDefinition | null {
    return this.#fields.get(object)?.get(code) ?? null
  }

  findCustom(object: ObjectName, code: string): FieldDefinition | null {
    const found = this.find(object === 'lead' ? 'deal' : object, code)
    return found?.custom === true ? found : null
  }

  /** Those that differ from the built-in ones. */
  changed(object: ObjectName): readonly FieldDefinition[] {
    const standard = new Set(standardFields[object])
    return this.all(object).filter((field) => !standard.has(field))
  }

  put(object: ObjectName, field: FieldDefinition): void {
    this.#fields.get(object)?.set(field.code, field)
  }

  remove(object: ObjectName, code: string): void {
    this.#fields.get(object)?.delete(code)
  }
}

export function optionOf(
  { options }: FieldDefinition,
  id: number | string | undefined,
): FieldOption | null {
  return options?.find((option) => option.id === id) ?? null
}
