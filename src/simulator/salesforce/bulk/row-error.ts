/** A row's refusal as `sf__Error` has it: `CODE:message:Field1 Field2 --`. */
import type { Problem } from '../wire/api-error.ts'

export function rowErrorText(problems: readonly Problem[]): string {
  return problems
    .map(({ code, message, fields }) => `${code}:${message}:${[...fields, '--'].join(' ')}`)
    .join(';')
}
