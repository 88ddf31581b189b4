/** Turns a migration's text into the statements of one dialect. */
import type { StoreStatement } from './store.ts'

/**
 * Statements end with a semicolon at the end of a line; lines that begin with `--` are dropped.
 * A token without a meaning is a bug in the migration.
 */
export function migrationStatements(
  text: string,
  tokens: Readonly<Record<string, string>>,
): readonly StoreStatement[] {
  return text
    .replace(/^--.*$/gm, '')
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
    .map((statement) => ({
      text: statement.replace(/\{(\w+)\}/g, (_, token: string) => meaning(token, tokens)),
      parameters: [],
    }))
}

function meaning(token: string, tokens: Readonly<Record<string, string>>): string {
  const text = tokens[token]
  if (text === undefined) {
    throw new Error(`a migration uses the unknown token {${token}}`)
  }
  return text
}
