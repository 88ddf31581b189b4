import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { rewrite } from './project-files.ts'

let world: CliWorld

beforeAll(async () => {
  world = await createCliWorld()
})
afterAll(() => world.close())

describe('plan tells', () => {
  it('the calls of its delivery, by kind, and what the CRM leaves of the day', async () => {
    const { code, stdout } = await world.cli('plan', 'customers')
    expect(code).toBe(0)
    expect(stdout).toContain('\n  predicted: 1 API call to deliver (1 create)\n')
    expect(stdout).toMatch(/\n {4}CRM daily limit: [\d,]+ of 1,000,000,000 left, again at \S+Z\n/)
    expect(stdout).not.toContain('would be deferred')
  })

  it('what max_calls_per_day leaves, and how much does not fit', async () => {
    // One call is left for the delivery, and three batches are due.
    const planned = await world.cli('plan', 'customers', '--json')
    const [{ calls }] = (planned.json?.['syncs'] ?? []) as [{ calls: { total: number } }]
    // Customers twice as often, under new keys and addresses.
    await world.sql(
      `insert into customers select * replace (customer_id + 1000 as customer_id, 'b' || email as email) from customers`,
      `insert into customers select * replace (customer_id + 5000 as customer_id, 'c' || email as email) from customers where customer_id > 1000`,
    )
    const spent = calls.total * 2 + 3 + 2
    const undo = rewrite(world.directory, 'syncs/customers.yaml', [
      'mode: upsert',
      `mode: upsert\nmax_calls_per_day: ${spent}`,
    ])
    const text = await world.cli('plan', 'customers')
    undo()
    expect(text.stdout).toMatch(
      new RegExp(`\\n {4}max_calls_per_day: \\d+ of ${spent} left today \\(UTC\\)\\n`),
    )
    expect(text.stdout).toMatch(/\n {4}\d00 operations do not fit and would be deferred\n/)
  })

  it('which fields an edited mapping made due', async () => {
    await world.cli('run', 'customers', '--first')
    const undo = rewrite(world.directory, 'syncs/customers.yaml', [
      'city: city',
      'city: { column: city, nulls: always }\n  company: { value: customer }',
    ])
    const [text, json, run] = [
      await world.cli('plan', 'customers'),
      await world.cli('plan', 'customers', '--json'),
      await world.cli('run', 'customers', '--force'),
    ]
    undo()
    const told =
      '\n  300 rows are due because the mapping was edited, not the model: city 300, company 300\n'
    expect(text.stdout).toContain(told)
    expect(json.json).toMatchObject({
      syncs: [
        {
          due_by_mapping: { rows: 300, fields: { city: 300, company: 300 } },
          predicted_calls: { total: 3, by_kind: { update: 3 }, operations_deferred: 0 },
        },
      ],
    })
    expect(run.stdout).toContain(`${told}  predicted: 3 API calls to deliver (3 update)\n`)
    expect(run.stderr).toContain('customers: 3 API calls to deliver\n')
  })
})
