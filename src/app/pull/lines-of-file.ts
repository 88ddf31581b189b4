/** The lines of a text file, with flat memory. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/**
 * The file is opened when the first line is asked for: an interface of `node:readline` reads at once, and what it
 * reads before anybody listens is lost.
 */
export async function* linesOfFile(path: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(path), crlfDelay: Infinity })
}
