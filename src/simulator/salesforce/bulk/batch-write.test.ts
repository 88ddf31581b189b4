import { beforeEach, describe, expect, it } from 'vitest'
import { ExactNumber, type Json, type JsonObject } from '../wire/json.ts'
import { type OpenLocal, openLocal } from '../open-local.ts'
import { type OpenJobs, csvOf, openJobs, valuesOf } from '../open-jobs.ts'

const fields = {
  Account: [
    { name: 'Ext__c', type: 'string', externalId: true, unique: true },
    { name: 'Group__c', type: 'string', externalId: true },
    { name: 'Exact__c', type: 'double', precision: 18, scale: 2 },
    { name: 'Mark__c', type: 'boolean' },
    { name: 'Day__c', type: 'date' },
    { name: 'Seen__c', type: 'datetime' },
    { name: 'Tier__c', type: 'picklist', values: ['Gold'], restrictedPicklist: true },
    { name: 'Sum__c', type: 'currency', calculated: true },
    { name: 'Secret__c', type: 'string' },
    { name: 'Long__c', type: 'textarea', length: 131_072 },
    { name: 'Longer__c', type: 'textarea', length: 131_072 },
  ],
} as const
const permissions = { 'admin@local.test': { fields: { 'Account.Secret__c': 'none' } } } as const
const insert = { object: 'Account', operation: 'insert' }
const update = { object: 'Account', operation: 'update' }
const upsert = { object: 'Account', operation: 'upsert', externalIdFieldName: 'Ext__c' }
const contacts = { object: 'Contact', operation: 'insert' }

let local: OpenLocal
let jobs: OpenJobs
beforeEach(() => {
  local = openLocal({ state: { fields, permissions } })
  jobs = openJobs(local)
})

const errorsOf = (id: string) => valuesOf(jobs.results(id).failed, 'sf__Error')
const successes = (id: string, ...names: string[]) =>
  valuesOf(jobs.results(id).successful, ...names)
const accounts = (...names: string[]) =>
  local.query(`SELECT ${names.join(', ')} FROM Account ORDER BY Name`).map((record) => {
    const { attributes: _attributes, ...values } = record
    return values
  })

describe('a job that inserts', () => {
  it('creates what it can and says of each row what came of it', () => {
    const id = jobs.run(insert, csvOf('Ext__c,Name', ['1,A', '2,', '3,C']))
    expect(jobs.info(id)).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 3,
      numberRecordsFailed: 1,
    })
    expect(accounts('Name', 'Ext__c')).toEqual([
      { Name: 'A', Ext__c: '1' },
      { Name: 'C', Ext__c: '3' },
    ])
    const ids = local.query('SELECT Id FROM Account').map(({ Id }) => Id)
    expect(successes(id, 'sf__Id')).toEqual(ids)
    expect(successes(id, 'sf__Created', 'Ext__c')).toEqual(['true 1', 'true 3'])
    expect(valuesOf(jobs.results(id).failed, 'sf__Id', 'Ext__c')).toEqual([' 2'])
  })

  it.each<[string, string, Json]>([
    ['Phone', '0123', '0123'],
    ['Exact__c', '1234567890123456.78', new ExactNumber('1.23456789012345678E15')],
    ['Exact__c', '1e3', 1000],
    ['Mark__c', '1', true],
    ['Mark__c', '0', false],
    ['Mark__c', 'TRUE', true],
    ['Mark__c', 'false', false],
    ['Mark__c', '', false],
    ['Day__c', '2024-02-29', '2024-02-29'],
    ['Seen__c', '2024-01-01T01:30:00+01:00', '2024-01-01T00:30:00.000+0000'],
    ['Tier__c', 'gold', 'Gold'],
    ['Description', '"one\ntwo, ""three"""', 'one\ntwo, "three"'],
    ['Description', '#N/A', null],
    ['phone', '1', '1'],
  ])('reads %s given as %j', (name, cell, wanted) => {
    const id = jobs.run(insert, csvOf(`Name,${name}`, [`A,${cell}`]))
    expect(errorsOf(id)).toEqual([])
    const [record] = accounts(name)
    expect(Object.values(record ?? {})).toEqual([wanted])
  })

  it.each([
    ['Name', '', /^REQUIRED_FIELD_MISSING:Required fields are missing: \[Name\]:Name --$/],
    ['Mark__c', 'perhaps', /^INVALID_TYPE_ON_FIELD_IN_RECORD:.*perhaps:Mark__c --$/],
    ['Exact__c', '0x10', /^INVALID_TYPE_ON_FIELD_IN_RECORD:.*0x10:Exact__c --$/],
    ['Day__c', '29.2.2024', /^INVALID_TYPE_ON_FIELD_IN_RECORD:/],
    ['Tier__c', 'Tin', /^INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:.*Tin:Tier__c --$/],
    ['Sum__c', '5', /^INVALID_FIELD_FOR_INSERT_UPDATE:.*:Sum__c --$/],
    ['Id', '001000000000009', /^INVALID_FIELD_FOR_INSERT_UPDATE:.*:Id --$/],
    [
      'ParentId',
      '001000000000999',
      /^INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:ParentId --$/,
    ],
  ])('refuses a row for its %s given as %j', (name, cell, wanted) => {
    const header = name === 'Name' ? 'Name,Phone' : `Name,${name}`
    const id = jobs.run(insert, csvOf(header, [name === 'Name' ? `${cell},1` : `A,${cell}`]))
    expect(errorsOf(id)).toEqual([expect.stringMatching(wanted)])
  })

  it('refuses a malformed row alone', () => {
    const id = jobs.run(insert, csvOf('Name,Phone', ['A,1', 'B,"1" x', 'C,1,2', 'D']))
    expect(errorsOf(id)).toEqual([
      expect.stringMatching(/^ClientInputError:Found unescaped quote.*:--$/),
      'ClientInputError:the row has 1 columns, the header has 2:--',
      'ClientInputError:the row has 3 columns, the header has 2:--',
    ])
    expect(accounts('Name')).toEqual([{ Name: 'A' }])
  })

  it('names all rules that a row breaks, and duplicates', () => {
    local.salesforce.seed({
      validationRules: [
        {
          object: 'Account',
          refuseWhen: "Name LIKE 'bad%'",
          message: 'Not bad.',
          fields: ['Name'],
        },
        { object: 'Account', refuseWhen: "Phone = '0'", message: 'Not zero.' },
      ],
      duplicateRules: [{ object: 'Account', fields: ['Website'], action: 'alert' }],
    })
    const rows = ['badly,0,', 'A,1,a.com', 'B,1,a.com']
    const id = jobs.run(insert, csvOf('Name,Phone,Website', rows))
    expect(errorsOf(id)).toEqual([
      'DUPLICATES_DETECTED:Use one of these records?:--',
      'FIELD_CUSTOM_VALIDATION_EXCEPTION:Not bad.:Name --;FIELD_CUSTOM_VALIDATION_EXCEPTION:Not zero.:--',
    ])
  })

  it('finds parents by an external id', () => {
    const parent = local.create('Account', { Name: 'P', Ext__c: 'P-1' })
    for (const Name of ['B', 'C']) local.create('Account', { Name, Group__c: 'same' })
    const id = jobs.run(
      contacts,
      csvOf('LastName,Account.Ext__c', ['A,p-1', 'B,P-2', 'C,', 'D,#N/A']),
    )
    expect(errorsOf(id)).toEqual([
      'INVALID_FIELD:Foreign key external ID: p-2 not found for field Ext__c in entity Account:--',
    ])
    const query = 'SELECT LastName, AccountId FROM Contact ORDER BY LastName'
    expect(local.query(query)).toMatchObject([
      { LastName: 'A', AccountId: parent },
      { LastName: 'C', AccountId: null },
      { LastName: 'D', AccountId: null },
    ])
    const several = jobs.run(contacts, csvOf('LastName,Account.Group__c', ['A,same']))
    expect(errorsOf(several)).toEqual([expect.stringMatching(/^DUPLICATE_EXTERNAL_ID:/)])
  })

  it('refuses a unique value that is taken, in the file or before it', () => {
    const taken = local.create('Account', { Name: 'A', Ext__c: '1' })
    const id = jobs.run(insert, csvOf('Name,Ext__c', ['B,1', 'C,2', 'D,2']))
    expect(errorsOf(id)).toEqual([
      expect.stringMatching(/^DUPLICATE_VALUE:duplicate value found: .*:Ext__c --$/),
      expect.stringMatching(/^DUPLICATE_VALUE:/),
    ])
    expect(jobs.results(id).failed.map(({ sf__Error }) => sf__Error)).toContain(
      `DUPLICATE_VALUE:duplicate value found: Ext__c duplicates value on record with id: ${taken}:Ext__c --`,
    )
  })

  it('needs the access that each row needs', () => {
    local.salesforce.seed({
      permissions: { 'admin@local.test': { objects: { Account: ['read'] } } },
    })
    const id = jobs.run(insert, csvOf('Name', ['A']))
    expect(errorsOf(id)).toEqual([expect.stringMatching(/^INSUFFICIENT_ACCESS_OR_READONLY:/)])
  })
})

describe('a job that updates', () => {
  it('leaves blank cells alone and clears by #N/A', () => {
    const values = { Phone: '1', Website: 'a.com', Industry: 'Retail' }
    const id = local.create('Account', { Name: 'A', ...values })
    jobs.run(update, csvOf('Id,Phone,Website', [`${id},,#N/A`]))
    expect(local.read('Account', id, 'Name', 'Phone', 'Website', 'Industry')).toEqual({
      Name: 'A',
      ...values,
      Website: null,
    })
  })

  it('says which record a row was about, also where it failed', () => {
    const id = local.create('Account', { Name: 'A' })
    const job = jobs.run(update, csvOf('Id,Name', [`${id.slice(0, 15)},#N/A`]))
    expect(valuesOf(jobs.results(job).failed, 'sf__Id', 'sf__Error')).toEqual([
      `${id} REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --`,
    ])
  })

  it('takes each id once, and only ids of its object', () => {
    const id = local.create('Account', { Name: 'A' })
    const contact = local.create('Contact', { LastName: 'L' })
    const rows = [`${id},B`, `${id},C`, `${contact},D`, 'short,E', ',F']
    const job = jobs.run(update, csvOf('Id,Name', rows))
    expect(successes(job, 'sf__Id', 'sf__Created', 'Name')).toEqual([`${id} false B`])
    expect(errorsOf(job)).toEqual([
      `DUPLICATE_VALUE:duplicate id in list: ${id}:--`,
      'INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--',
      'MALFORMED_ID:malformed id short:Id --',
      'MISSING_ARGUMENT:Id not specified in an update call:--',
    ])
  })
})

describe('a job that upserts', () => {
  it('creates or changes by the key, and says which', () => {
    const known = local.create('Account', { Name: 'A', Ext__c: 'K-1', Phone: '1' })
    const job = jobs.run(upsert, csvOf('Id,Ext__c,Name', [',k-1,B', ',K-2,C']))
    expect(successes(job, 'sf__Created', 'Ext__c')).toEqual(['false k-1', 'true K-2'])
    expect(local.read('Account', known, 'Name', 'Ext__c', 'Phone')).toEqual({
      Name: 'B',
      Ext__c: 'K-1',
      Phone: '1',
    })
  })

  it('refuses a key that is missing, comes twice, or that several records have', () => {
    for (const Name of ['B', 'C']) local.create('Account', { Name, Group__c: 'same' })
    const job = jobs.run(upsert, csvOf('Ext__c,Name', ['1,A', '1,B', ',C', '#N/A,D']))
    expect(errorsOf(job)).toEqual([
      'DUPLICATE_VALUE:Duplicate external id specified: 1:Ext__c --',
      'MISSING_ARGUMENT:Ext__c not specified:--',
      'MISSING_ARGUMENT:Ext__c not specified:--',
    ])
    const byGroup = { ...upsert, externalIdFieldName: 'group__c' }
    expect(errorsOf(jobs.run(byGroup, csvOf('Group__c,Name', ['same,A'])))).toEqual([
      expect.stringMatching(/^DUPLICATE_EXTERNAL_ID:Group__c: more than one.*:Group__c --$/),
    ])
  })

  it('by id changes the record that is named, and creates without', () => {
    const id = local.create('Account', { Name: 'A' })
    const job = jobs.run(
      { ...upsert, externalIdFieldName: 'Id' },
      csvOf('Id,Name', [`${id},B`, ',C']),
    )
    expect(successes(job, 'sf__Created', 'Name')).toEqual(['false B', 'true C'])
  })
})

describe('a job that deletes', () => {
  it('puts records into the recycle bin, each once', () => {
    const id = local.create('Account', { Name: 'A' })
    const job = jobs.run({ object: 'Account', operation: 'delete' }, csvOf('Id', [id, id]))
    expect(successes(job, 'sf__Id', 'sf__Created')).toEqual([`${id} false`])
    expect(errorsOf(job)).toEqual(['ENTITY_IS_DELETED:entity is deleted:--'])
    const { body } = local.call('GET /queryAll?q=SELECT+Name+FROM+Account')
    expect(body).toMatchObject({ totalSize: 1 })
  })

  it('passes the recycle bin where the user may delete hard', () => {
    const id = local.create('Account', { Name: 'A' })
    local.salesforce.seed({ permissions: { 'admin@local.test': { hardDelete: true } } })
    const job = jobs.run({ object: 'Account', operation: 'hardDelete' }, csvOf('Id', [id]))
    expect(successes(job, 'sf__Id')).toEqual([id])
    const { body } = local.call('GET /queryAll?q=SELECT+Name+FROM+Account')
    expect(body).toMatchObject({ totalSize: 0 })
  })
})

describe('a file that can not be processed', () => {
  const lines = (count: number, cell: string) => csvOf('Name', Array<string>(count).fill(cell))

  it.each<[string, JsonObject, string, string]>([
    [
      'a column that is no field',
      insert,
      'Name,Nope__c\nA,1\n',
      'InvalidBatch : Field name not found : Nope__c',
    ],
    [
      'a column that the user does not see',
      insert,
      'Name,Secret__c\nA,1\n',
      'InvalidBatch : Field name not found : Secret__c',
    ],
    [
      'a parent by what is no key',
      contacts,
      'LastName,Account.Phone\nA,1\n',
      'InvalidBatch : Field name not found : Account.Phone',
    ],
    [
      'a parent that there is not',
      contacts,
      'LastName,Nope.Ext__c\nA,1\n',
      'InvalidBatch : Field name not found : Nope.Ext__c',
    ],
    [
      'a parent of a parent',
      contacts,
      'LastName,Account.Parent.Ext__c\nA,1\n',
      'InvalidBatch : Field name not found : Account.Parent.Ext__c',
    ],
    ['no ids', update, 'Name\nA\n', 'InvalidBatch : Field name not found : Id'],
    ['no keys', upsert, 'Name\nA\n', 'InvalidBatch : Field name not found : Ext__c'],
    [
      'a byte order mark',
      insert,
      '\uFEFFName\nA\n',
      'InvalidBatch : Field name not found : \uFEFFName',
    ],
    [
      'a malformed header',
      insert,
      '"Name" ,Phone\nA,1\n',
      'InvalidBatch : Found unescaped quote. A value with quote should be within a quote',
    ],
    ['nothing in it', insert, '', 'InvalidBatch : The file has no header'],
    [
      'CRLF where LF was declared',
      insert,
      'Name\r\nA\r\n',
      'ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF',
    ],
    [
      'LF where CRLF was declared',
      { ...insert, lineEnding: 'CRLF' },
      'Name\r\nA\n',
      'ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is CRLF',
    ],
    [
      'too many columns',
      insert,
      csvOf(Array<string>(5001).fill('Name').join(','), ['A']),
      'InvalidBatch : Exceeded number of columns, which is 5000',
    ],
    [
      'too large a cell',
      insert,
      lines(2, 'x'.repeat(131_073)),
      'InvalidBatch : Exceeded max length for one single field: 131073. Max length for one single field should be less than or equal to 131072',
    ],
    [
      'too large a row',
      insert,
      lines(2, 'x'.repeat(400_000)),
      'InvalidBatch : Exceeded max length for one record: 400001. Max length for one record should be less than or equal to 400000',
    ],
  ])(
    'for %s fails its job and leaves every row unprocessed',
    (_what, request, csv, errorMessage) => {
      const id = jobs.run(request, csv)
      expect(jobs.info(id)).toMatchObject({
        state: 'Failed',
        errorMessage,
        numberRecordsProcessed: 0,
        numberRecordsFailed: 0,
      })
      const { successful, failed } = jobs.results(id)
      expect([...successful, ...failed, ...accounts('Name')]).toEqual([])
    },
  )

  it('gives its rows back as unprocessed', () => {
    const id = jobs.run(insert, csvOf('Name,Nope__c', ['A,1', 'B,2']))
    expect(valuesOf(jobs.results(id).unprocessed, 'Name', 'Nope__c')).toEqual(['A 1', 'B 2'])
  })

  it('is none that is as large as it may be', () => {
    const cell = 'x'.repeat(131_072)
    const id = jobs.run(insert, csvOf('Name,Long__c,Longer__c', [`A,${cell},${cell}`]))
    expect(jobs.info(id)).toMatchObject({ state: 'JobComplete', numberRecordsFailed: 0 })
  })

  it('is none that has a header alone', () => {
    const id = jobs.run(insert, 'Name\n')
    expect(jobs.info(id)).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 0 })
  })

  it('may have other line ends inside quotes', () => {
    jobs.run(insert, 'Name,Description\nA,"one\r\ntwo"\n')
    expect(accounts('Description')).toEqual([{ Description: 'one\r\ntwo' }])
  })
})
