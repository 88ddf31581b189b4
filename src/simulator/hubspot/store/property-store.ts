/** The property definitions of every object of a portal, archived ones included, and their groups. */
import type { ObjectType } from './object-types.ts'
import type { PropertyDefinition } from './property-definition.ts'
import { standardProperties } from './standard-properties.ts'

export interface PropertyGroup {
  readonly name: string
  readonly label: string
  readonly displayOrder: number
  readonly archived: boolean
}

interface ObjectProperties {
  readonly definitions: Map<string, PropertyDefinition>
  readonly groups: Map<string, PropertyGroup>
}

export class PropertyStore {
  readonly #objects = new Map<string, ObjectProperties>()
  readonly #options = new WeakMap<PropertyDefinition, ReadonlySet<string>>()

  /** A definition that is not archived. */
  find(type: ObjectType, name: string): PropertyDefinition | null {
    const definition = this.#of(type).definitions.get(name)
    return definition === undefined || definition.archivedAt !== null ? null : definition
  }

  /** Also an archived one: its name stays taken. */
  findAny(type: ObjectType, name: string): PropertyDefinition | null {
    return this.#of(type).definitions.get(name) ?? null
  }

  all(type: ObjectType): readonly PropertyDefinition[] {
    return [...this.#of(type).definitions.values()]
  }

  put(type: ObjectType, definition: PropertyDefinition): void {
    this.#of(type).definitions.set(definition.name, definition)
  }

  remove(type: ObjectType, name: string): void {
    this.#of(type).definitions.delete(name)
  }

  groups(type: ObjectType): Map<string, PropertyGroup> {
    return this.#of(type).groups
  }

  /** Whether an enumeration has `value` among its own options. */
  hasOption(definition: PropertyDefinition, value: string): boolean {
    let options = this.#options.get(definition)
    if (options === undefined) {
      options = new Set(definition.options.map((option) => option.value))
      this.#options.set(definition, options)
    }
    return options.has(value)
  }

  #of(type: ObjectType): ObjectProperties {
    let found = this.#objects.get(type.id)
    if (found === undefined) {
      const definitions = standardProperties(type).map((one) => [one.name, one] as const)
      const group = { name: 'information', label: 'Information', displayOrder: 0, archived: false }
      found = { definitions: new Map(definitions), groups: new Map([[group.name, group]]) }
      this.#objects.set(type.id, found)
    }
    return found
  }
}
