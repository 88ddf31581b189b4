/**
 * The number of the account that a new local CRM is, made from where it is kept: two of them are told apart as two accounts
 * are, and one that starts again is the same. Its file keeps it, wherever that is moved.
 */
import { createHash } from 'node:crypto'

/** Eight digits. `place` is a file, or what else tells one store from another. */
export function storeNumber(place: string): number {
  const digest = createHash('sha256').update(place).digest()
  return 10_000_000 + (digest.readUInt32BE() % 90_000_000)
}
