/** Files of a store have people's data in them: those that we make are their owner's alone. SQLite gives its logs the same rights. */
import { closeSync, openSync } from 'node:fs'

/** Makes an empty file where there is none, which is an empty database to SQLite; one that is there is not touched. */
export function makeOwnFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch {
    // It is there, or SQLite will say why it can't be.
  }
}
