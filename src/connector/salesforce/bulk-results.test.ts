import { describe, expect, it } from 'vitest'
import type { BulkLoad } from '../bulk.ts'
import { problemOf, resultsOf } from './bulk-results.ts'
import { isUntellable, readFile, writeFile } from './bulk-file.ts'
import { toSField } from './describe.ts'
import type { Shape } from './write.ts'

function shapeWith(fields: readonly Readonly<Record<string, unknown>>[]): Shape {
  const read = fields.flatMap(toSField)
  const account = read.find(({ name }) => name === 'AccountId')
  const key = toSField({ name: 'Ext__c', type: 'string', externalId: true, unique: true })[0]
  return {
    sobject: {
      name: 'Opportunity',
      label: 'Opportunity',
      queryable: true,
      createable: true,
      updateable: true,
      deletable: true,
      fields: new Map(read.map((field) => [field.name.toLowerCase(), field])),
      recordTypes: [],
    },
    parents: new Map(
      account === undefined || key === undefined
        ? []
        : [
            [
              'Account.Ext__c',
              { name: 'Account.Ext__c', relationship: 'Account', reference: account, key },
            ],
          ],
    ),
  }
}

const shape = shapeWith([
  { name: 'Name', type: 'string' },
  { name: 'Key__c', type: 'string', externalId: true, unique: true },
  { name: 'Won__c', type: 'boolean' },
  { name: 'AccountId', type: 'reference', referenceTo: ['Account'], relationshipName: 'Account' },
])

function load(
  operation: BulkLoad['operation'],
  inputs: BulkLoad['inputs'],
  uniqueField: string | null = operation === 'update' || operation === 'delete' ? null : 'Key__c',
): BulkLoad {
  return { object: 'Opportunity', operation, uniqueField, inputs }
}

const a = '006000000000001AAA'
const b = '006000000000002AAA'

describe('the file of a job', () => {
  it('leaves fields blank that a row does not write, and empties those that it clears', () => {
    const inputs = [
      { id: a, values: { Name: 'One', Key__c: null } },
      { id: b, values: { Won__c: 'true' } },
    ]
    expect(writeFile(shape, load('update', inputs))).toBe(
      `Id,Name,Key__c,Won__c\n${a},One,#N/A,\n${b},,,true\n`,
    )
  })

  it('quotes what would end a cell or a line', () => {
    const values = { Key__c: 'k', Name: 'Say "no", Ann\nor yes' }
    const text = writeFile(shape, load('create', [{ id: null, values }]))
    expect(text).toBe('Key__c,Name\nk,"Say ""no"", Ann\nor yes"\n')
    expect(readFile(text)).toEqual([values])
  })

  it('names a parent by its external id, and none by an empty reference', () => {
    const inputs = [
      { id: null, values: { Key__c: '1', 'Account.Ext__c': 'acme' } },
      { id: null, values: { Key__c: '2', 'Account.Ext__c': null } },
    ]
    const text = writeFile(shape, load('upsert', inputs))
    expect(readFile(text)).toEqual([
      { Key__c: '2', 'Account.Ext__c': '', AccountId: '#N/A' },
      { Key__c: '1', 'Account.Ext__c': 'acme', AccountId: '' },
    ])
  })

  it('has rows of the same parent together', () => {
    const accounts = ['x', 'y', 'x', 'z', 'y']
    const inputs = accounts.map((account, at) => ({
      id: null,
      values: { Key__c: String(at), 'Account.Ext__c': account },
    }))
    const rows = readFile(writeFile(shape, load('upsert', inputs)))
    expect(rows.map((row) => row['Account.Ext__c'])).toEqual(['x', 'x', 'y', 'y', 'z'])
  })

  it('has rows that keep a parent beside those that come to it', () => {
    const parent = 'Account.Ext__c'
    const inputs = [
      { id: a, values: { Name: 'comes', [parent]: 'x' }, locked: { [parent]: null } },
      { id: a, values: { Name: 'other' }, locked: { [parent]: 'w' } },
      { id: b, values: { Name: 'stays' }, locked: { [parent]: 'x' } },
      { id: b, values: { Name: 'another' }, locked: { [parent]: 'y' } },
    ]
    const rows = readFile(writeFile(shape, load('update', inputs)))
    expect(rows.map((row) => row['Name'])).toEqual(['other', 'comes', 'stays', 'another'])
  })

  it('is of ids alone for a delete', () => {
    const inputs = [{ id: a, values: { Name: 'One' } }]
    expect(writeFile(shape, load('delete', inputs))).toBe(`Id\n${a}\n`)
  })

  it('leaves out what could not be read, and that is refused', () => {
    const inputs = [
      { id: a, values: { Won__c: null } },
      { id: b, values: { Won__c: 'false' } },
    ]
    const given = load('update', inputs)
    expect(writeFile(shape, given)).toBe(`Id,Won__c\n${b},false\n`)
    const files = {
      successful: `sf__Id,sf__Created,Id\n${b},false,${b}\n`,
      failed: '',
      unprocessed: '',
    }
    expect(resultsOf(shape, given, files).map(({ status }) => status)).toEqual([
      'rejected',
      'written',
    ])
  })

  it('has no cell for a text that means empty', () => {
    expect([isUntellable('#N/A'), isUntellable('#n/a'), isUntellable(null)]).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('the results of a job', () => {
  const inputs = ['1', '2', '3', '4'].map((key) => ({ id: null, values: { Key__c: key } }))

  it('are told apart by the unique field, in whatever order they come', () => {
    const files = {
      successful: `"sf__Id","sf__Created","Key__c"\n"${b}","false","3"\n"${a}","true","1"\n`,
      failed: `"sf__Id","sf__Error","Key__c"\n"","STRING_TOO_LONG:too long: 81:Name --","2"\n`,
      unprocessed: '',
    }
    expect(resultsOf(shape, load('upsert', inputs), files)).toEqual([
      { status: 'written', id: a, created: true, values: { Key__c: '1' } },
      { status: 'rejected', reason: 'STRING_TOO_LONG', message: 'too long: 81 (Name)' },
      { status: 'written', id: b, created: false, values: { Key__c: '3' } },
      { status: 'unaccounted' },
    ])
  })

  it.each([
    ['in a key', `${a},true,4x,Ann\n${b},true,1`],
    ['in the last cell', `${a},true,4x,Ann\n${b},true,1,An`],
    ['before its line’s end', `${a},true,4x,Ann\n${b},true,1,Ann`],
    ['inside quotes', `${a},true,4x,Ann\n${b},true,1,"Ann\n`],
    ['in the middle of the file', `${b},true,1\n${a},true,4x,Ann\n`],
    ['behind a quote, in the middle', `${b},true,1,"Ann"${a},true,4x,"Ann"\n`],
    ['so that it is one with the next', `${b},true,1,Ann,${a},true,4x,Ann\n`],
  ])('of a row that was cut short %s are nobody’s', (_where, rows) => {
    const given = load('create', [{ id: null, values: { Key__c: '1', Name: 'Ann' } }])
    const successful = `sf__Id,sf__Created,Key__c,Name\n${rows}`
    const results = resultsOf(shape, given, { successful, failed: '', unprocessed: '' })
    expect(results).toEqual([{ status: 'unaccounted' }])
  })

  it('of a row that was cut short take none of the rows before it along', () => {
    const successful = `sf__Id,sf__Created,Key__c\n${a},true,2\n${b},true,1`
    const files = { successful, failed: '', unprocessed: '' }
    const results = resultsOf(shape, load('create', inputs.slice(0, 2)), files)
    expect(results.map(({ status }) => status)).toEqual(['unaccounted', 'written'])
  })

  it('are read by commas, whatever else a lone column has', () => {
    const given = load('create', [{ id: null, values: { Key__c: 'a;b;c' } }])
    const files = { successful: '', failed: '', unprocessed: 'Key__c\na;b;c\n' }
    expect(resultsOf(shape, given, files)).toMatchObject([{ status: 'busy' }])
  })

  it('of rows that the job did not come to are that they were not applied', () => {
    const files = { successful: '', failed: '', unprocessed: 'Key__c\n4\n' }
    const results = resultsOf(shape, load('create', inputs), files)
    expect(results.map(({ status }) => status)).toEqual([
      'unaccounted',
      'unaccounted',
      'unaccounted',
      'busy',
    ])
  })

  it('of updates are told apart by the id, however long it was written', () => {
    const given = load('update', [{ id: a.slice(0, 15), values: { Name: 'One' } }])
    const files = {
      successful: `sf__Id,sf__Created,Id,Name\n${a},false,${a.slice(0, 15)},One\n`,
      failed: '',
      unprocessed: '',
    }
    expect(resultsOf(shape, given, files)).toEqual([
      { status: 'written', id: a, created: false, values: { Name: 'One' } },
    ])
  })

  it('are nobody’s where a key is empty, or two rows or two inputs share one', () => {
    const row = (id: string, key: string): string => `${id},true,${key}`
    const successful = [
      'sf__Id,sf__Created,Key__c',
      row(a, '1'),
      row(b, '1'),
      row(a, '2'),
      row(b, ''),
    ]
    const files = { successful: `${successful.join('\n')}\n`, failed: '', unprocessed: '' }
    const keys = ['1', '2', '2', null]
    const given = keys.map((key) => ({ id: null, values: { Key__c: key } }))
    expect(resultsOf(shape, load('create', given), files).map(({ status }) => status)).toEqual([
      'unaccounted',
      'unaccounted',
      'unaccounted',
      'unaccounted',
    ])
  })

  it('of a success under another id than was asked for are nobody’s', () => {
    const given = load('update', [{ id: a, values: { Name: 'One' } }])
    const files = { successful: `sf__Id,Id\n${b},${a}\n`, failed: '', unprocessed: '' }
    expect(resultsOf(shape, given, files)).toEqual([{ status: 'unaccounted' }])
  })
})

it.each([
  [
    'UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records: 001:--',
    'UNABLE_TO_LOCK_ROW',
    'unable to obtain exclusive access to this record or 1 records: 001',
    [],
  ],
  [
    'REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --',
    'REQUIRED_FIELD_MISSING',
    'Required fields are missing: [LastName]',
    ['LastName'],
  ],
  [
    'INVALID_FIELD:two fields: a, b:A__c B__c --',
    'INVALID_FIELD',
    'two fields: a, b',
    ['A__c', 'B__c'],
  ],
  ['CODE_ONLY:no fields: none', 'CODE_ONLY', 'no fields: none', []],
])('%s', (error, code, message, fields) => {
  expect(problemOf(error)).toEqual({ code, message, fields })
})

it('a text of another form is no problem that is known', () => {
  expect(problemOf('something went wrong')).toBeNull()
})
