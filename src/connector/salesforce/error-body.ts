/** Salesforce's errors: a list for a request, the same inside the result of a row. */
import { isObject, type Json, parseJson, textIn } from '../http/json.ts'

export interface Problem {
  /** `errorCode` of a request, `statusCode` of a row. */
  readonly code: string
  readonly message: string
  readonly fields: readonly string[]
}

/** Empty for a body that is none of Salesforce's own errors. */
export function problemsIn(body: string): readonly Problem[] {
  const parsed = parseJson(body)
  return Array.isArray(parsed) ? problemsOf(parsed) : []
}

export function problemsOf(list: readonly unknown[]): readonly Problem[] {
  return list.filter(isObject).flatMap((error) => {
    const code = textIn(error, 'statusCode') ?? textIn(error, 'errorCode')
    return code === null
      ? []
      : [{ code, message: textIn(error, 'message') ?? '', fields: fieldsIn(error) }]
  })
}

function fieldsIn({ fields }: Json): readonly string[] {
  return Array.isArray(fields) ? fields.filter((field) => typeof field === 'string') : []
}
