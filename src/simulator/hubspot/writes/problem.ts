/** Why one record could not be written: the whole answer of a single request, one error of a batch. */
import { ApiError } from '../wire/api-error.ts'
import type { ErrorContent } from '../wire/api-error.ts'
import type { ObjectType } from '../store/object-types.ts'

export interface Problem {
  readonly status: 400 | 404 | 409 | 414 | 500
  readonly category: string
  readonly message: string
  readonly context?: Readonly<Record<string, readonly string[]>>
  readonly errors?: NonNullable<ErrorContent['errors']>
}

/** One property that was refused. */
export interface PropertyProblem {
  readonly name: string
  readonly code: string
  readonly message: string
}

export function invalidProperties(problems: readonly PropertyProblem[], portalId: number): Problem {
  const entries = problems.map(({ name, code, message }) => ({
    isValid: false,
    message,
    error: code,
    name,
    localizedErrorMessage: message,
    portalId,
  }))
  return {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: `Property values were not valid: ${JSON.stringify(entries)}`,
    errors: problems.map(({ name, code, message }) => ({
      message,
      code,
      context: { propertyName: [name] },
    })),
  }
}

export function missingProperties(type: ObjectType, names: readonly string[]): Problem {
  const object = type.singular.toUpperCase()
  return {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: `Error creating ${object}. Some required properties were not set.`,
    context: { properties: names },
  }
}

/** HubSpot names the other record in the text only. */
export function contactExists(existingId: string): Problem {
  return {
    status: 409,
    category: 'CONFLICT',
    message: `Contact already exists. Existing ID: ${existingId}`,
  }
}

/** One error for all ids that were not found, as the batch endpoints answer it. */
export function someNotFound(type: ObjectType, ids: readonly string[]): Problem {
  return {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    message: `Could not get some ${type.singular.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids },
  }
}

export function problemError({ status, ...content }: Problem): ApiError {
  return new ApiError(status, content)
}
