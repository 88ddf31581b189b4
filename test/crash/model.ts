/** The rows that the killed pushes begin with, and what an erasure leaves. */
import type { Step } from './scenario.ts'

export const modelTable =
  'create table customers (id bigint, email varchar, first_name varchar, city varchar, key_text varchar)'

export const nineRows = `insert into customers values
  (1, 'a@x.com', 'Ann', 'Rome', 'k1'), (2, 'b@x.com', 'Bob', 'Oslo', 'k2'),
  (3, 'c@x.com', 'Cid', null, 'k3'), (4, ' D@X.com ', 'Dan', 'Bern', 'k4'),
  (5, 'seeded@x.com', 'Eve', 'Kyiv', 'k5'), (6, 'no address', 'Fay', 'Graz', 'k6'),
  (7, 'g@x.com', 'Gil', 'Lima', 'k7'), (8, 'h@x.com', 'Hal', 'Kiel', 'k8'),
  (8, 'i@x.com', 'Ida', 'Lodz', 'k9')`

export const filled: Step = { sql: [nineRows], run: true }

/** What an erasure writes with what it erases. */
export function markErased(workingSchema: string, sync: string): string {
  return `update ${workingSchema}.syncs set erased_at = '2026-03-01T00:00:00.000000Z' where sync = '${sync}'`
}
