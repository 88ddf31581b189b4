import { describe, expect, it } from 'vitest'
import { parseSoql, parseSoqlCondition } from './parse.ts'
import type { Condition } from './syntax.ts'

/** A condition as a line, so that a table can hold it. */
function line(condition: Condition): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return `(${condition.parts.map(line).join(` ${condition.kind} `)})`
    case 'not':
      return `not ${line(condition.part)}`
    case 'compare':
      return `${condition.path.join('.')} ${condition.operator} ${JSON.stringify(condition.value)}`
    case 'like':
      return `${condition.path.join('.')} like ${condition.pattern}`
    case 'in':
      return `${condition.path.join('.')}${condition.negated ? ' not' : ''} in ${JSON.stringify(condition.values)}`
    case 'includes':
      return `${condition.path.join('.')}${condition.negated ? ' excludes' : ' includes'} ${condition.sets.join('|')}`
    default: {
      const unreachable: never = condition
      return unreachable
    }
  }
}

describe('a SOQL query', () => {
  it('has fields, paths, an object, a condition, an order and bounds', () => {
    const soql =
      'select Id, Account.Owner.Name FROM Contact WHERE Email != null ORDER BY Name DESC NULLS LAST, Id LIMIT 5 OFFSET 10'
    expect(parseSoql(soql)).toEqual({
      fields: [['Id'], ['Account', 'Owner', 'Name']],
      object: 'Contact',
      where: { kind: 'compare', path: ['Email'], operator: '!=', value: { kind: 'null' } },
      orderBy: [
        { path: ['Name'], descending: true, nullsLast: true },
        { path: ['Id'], descending: false, nullsLast: false },
      ],
      limit: 5,
      offset: 10,
    })
  })

  it('needs no more than fields and an object', () => {
    expect(parseSoql('SELECT Id FROM Account')).toEqual({
      fields: [['Id']],
      object: 'Account',
      where: null,
      orderBy: [],
      limit: null,
      offset: 0,
    })
    expect(parseSoql('SELECT COUNT() FROM Account').fields).toBeNull()
  })

  it.each([
    ['A = 1', 'A = {"kind":"number","text":"1"}'],
    ['A <> -1.5e3', 'A != {"kind":"number","text":"-1.5e3"}'],
    ['A >= 2026-01-02', 'A >= {"kind":"date","text":"2026-01-02"}'],
    ['A < 2026-01-02T03:04:05Z', 'A < {"kind":"datetime","text":"2026-01-02T03:04:05Z"}'],
    [
      'A <= 2026-01-02T03:04:05.678+02:00',
      'A <= {"kind":"datetime","text":"2026-01-02T03:04:05.678+02:00"}',
    ],
    ['A = LAST_N_DAYS:30', 'A = {"kind":"range","name":"LAST_N_DAYS","days":30}'],
    ['A = today', 'A = {"kind":"range","name":"TODAY","days":0}'],
    ['A = TRUE', 'A = {"kind":"boolean","value":true}'],
    ["A = 'it\\'s \\\\ \\n'", `A = ${JSON.stringify({ kind: 'text', text: "it's \\ \n" })}`],
    ["A.B__r.C__c LIKE '50\\%%'", 'A.B__r.C__c like 50\\%%'],
    ["A IN ('x', 'y')", 'A in [{"kind":"text","text":"x"},{"kind":"text","text":"y"}]'],
    ['A NOT IN (null)', 'A not in [{"kind":"null"}]'],
    ["A INCLUDES ('x;y', 'z')", 'A includes x;y|z'],
    ["A EXCLUDES ('x')", 'A excludes x'],
    [
      'A > 1 AND A > 2 AND A > 3',
      '(A > {"kind":"number","text":"1"} and A > {"kind":"number","text":"2"} and A > {"kind":"number","text":"3"})',
    ],
    [
      'A = null OR (B = null AND NOT C = null)',
      '(A = {"kind":"null"} or (B = {"kind":"null"} and not C = {"kind":"null"}))',
    ],
    ['NOT (A = null OR B = null)', 'not (A = {"kind":"null"} or B = {"kind":"null"})'],
  ])('reads the condition %s', (text, wanted) => {
    expect(line(parseSoqlCondition(text))).toBe(wanted)
  })

  it.each([
    ['', "expecting 'select'"],
    ['SELECT FROM Account', "expecting 'from'"],
    ['SELECT Id', "unexpected end of the query, expecting 'from'"],
    ['SELECT Id FROM Account WHERE', 'expecting a name'],
    ['SELECT Id FROM Account WHERE A', 'expecting a comparison'],
    ['SELECT Id FROM Account WHERE A = ', 'expecting a value'],
    ["SELECT Id FROM Account WHERE A = 'x", 'unterminated string literal'],
    ["SELECT Id FROM Account WHERE A = '\\q'", 'illegal character sequence'],
    ['SELECT Id FROM Account WHERE A = blue', "unexpected token: 'BLUE'"],
    ['SELECT Id FROM Account WHERE A = 1 AND B = 2 OR C = 3', "mix of 'and' and 'or'"],
    ['SELECT Id FROM Account WHERE (A = 1', "expecting ')'"],
    ['SELECT Id FROM Account LIMIT x', 'expecting a whole number'],
    ['SELECT Id FROM Account ORDER BY A NULLS', "expecting 'first' or 'last'"],
    ['SELECT Id FROM Account WHERE A = ?', "unexpected token: '?'"],
    ['SELECT Id FROM Account banana split', 'expecting the end'],
    ['SELECT (SELECT Id FROM Contacts) FROM Account', 'subqueries are not known'],
    ['SELECT MAX(A) FROM Account', 'the function MAX is not known'],
    ['SELECT A FROM Account GROUP BY A', 'GROUP is not known'],
  ])('that says %j is refused with the place', (soql, message) => {
    expect(() => parseSoql(soql)).toThrow(message)
    expect(() => parseSoql(soql)).toThrow(/MALFORMED_QUERY: \n.*\n *\^\nERROR at Row:1:Column:\d+/)
  })
})
