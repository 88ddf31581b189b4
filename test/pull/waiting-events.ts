/** Webhooks that wait in a journal, some of which tell of a planted person. */
import type { Journal } from '../../src/journal/journal.ts'
import { webhook } from '../server/journal-project.ts'

export const waitingPerson = 'planted.person@example.com'

export const waitingBodies = [
  webhook('deal', 7, { title: waitingPerson }),
  webhook('deal', 7, { title: 'renamed' }, { title: waitingPerson }),
  webhook('deal', 8, { title: 'another' }),
  `not readable ${waitingPerson}`,
]

export async function sendWaiting(
  journal: Journal,
  connection: string,
  ...bodies: readonly string[]
): Promise<void> {
  for (const body of bodies) {
    const entry = {
      connection,
      receivedAt: Date.parse('2027-01-01T00:00:00Z'),
      headers: {},
      source: 'webhook',
    }
    await journal.append({ ...entry, body: Buffer.from(body) })
  }
}
