import { expect, test } from 'vitest'
import { migrationStatements } from './migration-statements.ts'

test('a text is split at semicolons that end a line, without its comments', () => {
  const text = `-- about; this
create table {prefix}a (
  x text default ';' -- kept, as it does not begin the line
);

-- more
insert into {prefix}a values ('b');
`
  const statements = migrationStatements(text, { prefix: 's.' }).map((statement) => statement.text)
  expect(statements).toHaveLength(2)
  expect(statements[0]).toMatch(/^create table s\.a \(/)
  expect(statements[1]).toBe(`insert into s.a values ('b')`)
})

test('a token without a meaning is an error', () => {
  expect(() => migrationStatements('select {unheard};', {})).toThrow(/\{unheard\}/)
})
