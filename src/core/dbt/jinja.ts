/**
 * Texts as dbt takes them. It reads every description and every model as a template, and what people call a field in a
 * CRM is nobody's code.
 */

/** A text of which dbt's template language makes nothing else. */
export function plainText(text: string): string {
  return text
    .replaceAll(/\{(?=[{%#])/g, '{ ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** A string literal of the template language. */
export function jinjaString(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** `{{ source('crm', 'deals') }}` */
export function sourceReference(source: string, table: string): string {
  return `{{ source(${jinjaString(source)}, ${jinjaString(table)}) }}`
}

/** A variable of the dbt project, with what stands where none is set. */
export function variable(name: string, fallback: string): string {
  return `{{ var(${jinjaString(name)}, ${fallback}) }}`
}
