/** The fields of an object as the fields API tells them, in either version. */
import type { FieldOption } from '../../model/field.ts'
import { type Json, objectsIn, textIn } from '../http/json.ts'
import { ask, dataList, idIn, type PipedriveApi } from './api.ts'
import { pages } from './limits.ts'
import type { PipedriveObject } from './objects.ts'
import { isCustomKey } from './gathered-fields.ts'
import { nextCursor, nextStart } from './paging.ts'

export interface Metadata {
  /** The key in answers: 40 digits for fields of the company's own. */
  readonly code: string
  /** Two fields may have the same. */
  readonly name: string
  readonly type: string
  readonly options: readonly FieldOption[]
  readonly isCustom: boolean
  /** Answers show it only to who asks for it. */
  readonly isOptional: boolean
}

export async function readMetadata(
  api: PipedriveApi,
  { scopes, fields }: PipedriveObject,
): Promise<readonly Metadata[]> {
  if (fields === null) return []
  const { path, version } = fields
  const isOld = version === 1
  const found: Metadata[] = []
  let next: string | null = null
  do {
    const query = new URLSearchParams({ limit: String(pages.list) })
    const at: string | null = next
    if (at !== null) query.set(isOld ? 'start' : 'cursor', at)
    const page: { readonly fields: readonly Metadata[]; readonly next: string | null } = await ask(
      api,
      {
        path: `${path}?${query.toString()}`,
        endpoint: `GET ${path}`,
        scopes,
        cost: 0,
        parse: (answer) => {
          const list = dataList(answer)
          return isOld
            ? { fields: list.records.flatMap(oldField), next: nextStart(answer, list, at) }
            : { fields: list.records.flatMap(newField), next: nextCursor(answer, list, at) }
        },
      },
    )
    found.push(...page.fields)
    next = page.next
  } while (next !== null)
  return found
}

function newField(field: Json): readonly Metadata[] {
  const code = textIn(field, 'field_code')
  if (code === null) return []
  return [
    {
      ...common(field, code, textIn(field, 'field_name')),
      isCustom: field['is_custom_field'] === true,
      isOptional: field['is_optional_response_field'] === true,
    },
  ]
}

function oldField(field: Json): readonly Metadata[] {
  const code = textIn(field, 'key')
  if (code === null) return []
  const isCustom = isCustomKey(code)
  return [{ ...common(field, code, textIn(field, 'name')), isCustom, isOptional: false }]
}

function common(
  field: Json,
  code: string,
  name: string | null,
): Pick<Metadata, 'code' | 'name' | 'type' | 'options'> {
  const options = objectsIn(field, 'options').flatMap((option) => {
    const value = idIn(option)
    return value === null ? [] : [{ value, label: textIn(option, 'label') ?? value }]
  })
  return { code, name: name ?? code, type: textIn(field, 'field_type') ?? '', options }
}
