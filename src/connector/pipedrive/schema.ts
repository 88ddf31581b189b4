/**
 * An object's fields. What answers show of the built-in ones is known beforehand (built-in-fields.ts), so that
 * they are complete even where the fields API has none; labels, options and custom fields are the
 * company's.
 */
import { RequestFailure } from '../connector.ts'
import type { ReadableField, SourceObject } from '../source.ts'
import type { PipedriveApi } from './api.ts'
import { builtInShape, customShape, type FieldShape, unforeseenShape } from './field-shapes.ts'
import { elementsOf } from './list-elements.ts'
import { type Metadata, readMetadata } from './metadata.ts'
import { objectNamed, type PipedriveObject } from './objects.ts'

export async function readSchema(api: PipedriveApi, name: string): Promise<SourceObject> {
  const object = requiredObject(name)
  return toSourceObject(object, await readMetadata(api, object))
}

/** Throws `invalid` for an object that does not exist. */
export function requiredObject(name: string): PipedriveObject {
  const object = objectNamed(name)
  if (object !== null) return object
  const message = `Pipedrive has no object ${name} that can be read`
  throw new RequestFailure({ kind: 'invalid', reason: 'UNKNOWN_OBJECT', message })
}

export function toSourceObject(
  object: PipedriveObject,
  metadata: readonly Metadata[],
): SourceObject {
  const { name, singular, label, keyKind } = object
  const builtIn = metadata.filter(({ isCustom }) => !isCustom)
  const custom = metadata.filter(({ isCustom }) => isCustom)
  return {
    name,
    singular,
    label,
    keyKind,
    fields: [
      ...builtInFields(object, builtIn),
      ...custom.flatMap((field) => nested(name, field, customShape(field))),
    ],
    resolution: 'second',
  }
}

function builtInFields(
  { name, builtIn, fields }: PipedriveObject,
  metadata: readonly Metadata[],
): readonly ReadableField[] {
  const told = new Map(metadata.map((field) => [field.code, field]))
  const always = Object.entries(builtIn.always).flatMap(([code, kind]) => {
    const field = told.get(code) ?? null
    const known = field ?? { code, name: words(code), options: [], isCustom: false }
    return nested(name, known, builtInShape(kind, field))
  })
  // The first version's metadata has keys that its answers don't.
  if (fields?.version !== 2) return always
  const rarer = { ...builtIn.onRequest, ...builtIn.sometimes }
  const others = metadata.filter(
    ({ code, isOptional }) =>
      code !== 'id' &&
      !(code in builtIn.always) &&
      (!isOptional || code in builtIn.onRequest) &&
      !builtIn.leftOut.includes(code),
  )
  return [
    ...always,
    ...others.flatMap((field) => {
      const kind = rarer[field.code]
      const shape = kind === undefined ? unforeseenShape(field) : builtInShape(kind, field)
      return nested(name, field, shape)
    }),
  ]
}

/** The field itself, then its parts. */
function nested(
  object: string,
  field: Pick<Metadata, 'code' | 'name' | 'options' | 'isCustom'>,
  shape: FieldShape,
): readonly ReadableField[] {
  const { code, name, options } = field
  const elements = elementsOf(object, field, shape)
  const whole = {
    name: code,
    label: name,
    kind: shape.kind,
    ...(options.length > 0 ? { options } : {}),
    ...(elements === null ? {} : { elements }),
  }
  return [
    whole,
    ...Object.entries(shape.parts).map(([part, partKind]) => ({
      name: `${code}.${part}`,
      label: partLabel(name, part),
      kind: partKind,
    })),
  ]
}

/** `Budget currency`, `Meeting time zone`; the labels of `Labels` are `Label names`. */
function partLabel(name: string, part: string): string {
  const plural = /^(.*label)s$/i.exec(name)?.[1]
  if (part === 'labels' && plural !== undefined) return `${plural} names`
  if (part === 'timezone_name') return `${name} time zone`
  if (part === 'timezone_id') return `${name} time zone id`
  return `${name} ${part.replaceAll('_', ' ')}`
}

/** `Stage change time` of `stage_change_time`. */
function words(code: string): string {
  const text = code.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
