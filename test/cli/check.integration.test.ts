import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkProject } from '../../src/app/check/check-project.ts'
import type { Workspace } from '../../src/app/workspace/workspace.ts'
import { warehouseErrors } from '../../src/warehouse/errors.ts'
import { openProject } from '../support/open-project.ts'
import { type CliWorld, createCliWorld } from './cli-world.ts'

let world: CliWorld

beforeEach(async () => {
  world = await createCliWorld()
})
afterEach(() => world.close())

function rewrite(file: string, ...changes: readonly (readonly [string, string])[]): void {
  const path = join(world.directory, file)
  const text = readFileSync(path, 'utf8')
  for (const [from] of changes) expect(text).toContain(from)
  writeFileSync(
    path,
    changes.reduce((left, [from, to]) => left.replace(from, to), text),
  )
}

/** Lines count from 1. */
function lineIn(file: string, line: number): string {
  return readFileSync(join(world.directory, file), 'utf8').split('\n')[line - 1]?.trim() ?? ''
}

describe('check', () => {
  it('asks a warehouse that is held only once, as each time may be a long wait', async () => {
    const workspace = await openProject(world.directory)
    let asked = 0
    const held = warehouseErrors.held({ message: 'held by a person' })
    const ofHeld: Workspace = {
      ...workspace,
      warehouse: async () => {
        asked += 1
        throw held
      },
    }
    const { syncs } = workspace.project
    const found = await checkProject(ofHeld, { syncs, everything: true, fix: false })
    expect(found.flatMap(({ error }) => error ?? [])).toEqual([held])
    expect(asked).toBe(1)
    await workspace.close()
  })

  it('names exactly the scopes that are missing, and how to grant them', async () => {
    const scopes = ['crm.objects.contacts.read', 'crm.schemas.contacts.read']
    world.hubspot.simulator.seed({ privateApps: [{ token: 'pat-local', name: 'few', scopes }] })
    const { code, stdout } = await world.cli('check')
    expect(code).toBe(3)
    expect(stdout.match(/WRONG/g)).toHaveLength(1)
    expect(stdout).toContain('lacks crm.objects.contacts.write, to write contacts')
    expect(stdout).toContain('Add the scope crm.objects.contacts.write to the app in HubSpot')
  })

  /** Beside its columns the sync names an owner, and the company of each customer. */
  function relate(owner: string, association: string): void {
    rewrite('syncs/customers.yaml', [
      '  city: city\n',
      `  city: city\n  hubspot_owner_id: { column: email, lookup: ${owner} }\n`,
    ])
    appendFileSync(
      join(world.directory, 'syncs/customers.yaml'),
      `associations:\n  - ${association}\n`,
    )
  }

  it('asks for every permission that a plan needs: on objects that are found or linked, and on lists', async () => {
    relate('owners.email', '{ to: companies, match: { hs_object_id: city } }')
    const scopes = ['objects.contacts.read', 'objects.contacts.write', 'schemas.contacts.read']
    const token = { token: 'pat-local', name: 'few', scopes: scopes.map((one) => `crm.${one}`) }
    world.hubspot.simulator.seed({ privateApps: [token] })
    const checked = await world.cli('check')
    expect(checked.code).toBe(3)
    expect(checked.stdout.match(/lacks \S+, .*/g)).toEqual([
      'lacks crm.objects.owners.read, to look up owners.',
      'lacks crm.schemas.companies.read, to read the properties of companies.',
      'lacks crm.objects.companies.read, to read the properties of companies.',
      'lacks crm.objects.companies.write, to associate other records with companies.',
    ])
    expect(checked.stdout.match(/WRONG/g)).toHaveLength(4)
    const granted = [
      ...token.scopes,
      ...['objects.owners.read', 'objects.companies.read', 'schemas.companies.read'].map(
        (one) => `crm.${one}`,
      ),
      'crm.objects.companies.write',
    ]
    world.hubspot.simulator.seed({ privateApps: [{ ...token, scopes: granted }] })
    world.hubspot.simulator.seed({ owners: [{ id: '7', email: 'ann@crm.example' }] })
    const again = await world.cli('check')
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('everything is there')])
    expect(again.stdout).toContain('may read and write companies')
    expect((await world.cli('plan')).code).toBe(0)
  })

  it.each([
    ['owners.emial', "The owners can't be looked up by emial.", 'owners.email'],
    ['pipelines.email', 'The object contacts has no pipelines.', 'owners.email or owners.name'],
  ])('is not needed for a lookup of %s: validate refuses it', async (lookup, message, other) => {
    rewrite('syncs/customers.yaml', ['city: city', `city: { column: city, lookup: ${lookup} }`])
    const { code, stdout } = await world.cli('validate')
    expect(code).toBe(2)
    expect(stdout).toContain(`${message} [config.value]`)
    expect(stdout).toContain(other)
  })

  it('finds every wrong name of the mapping at once, as a plan does in one error', async () => {
    relate(
      'owners.email',
      '{ to: companies, match: { nmae: city }, label: Prmary }\n  - { to: compnies, match: { name: city } }',
    )
    rewrite(
      'syncs/customers.yaml',
      ['  firstname: first_name', '  firstnam: first_nam\n  createdate: signed_up'],
      ['  lastname: last_name', '  company: { column: last_name, lookup: onwers.email }'],
    )
    const wrong = [
      'the model has no column "first_nam"; did you mean "first_name"?',
      'the model has no column "signed_up".',
      'firstnam: contacts has no such field; did you mean firstname?',
      'createdate: the CRM lets nobody write this field.',
      'hubspot has no object onwers; did you mean owners?',
      'association.companies.Prmary looks for companies by nmae, which does not exist.',
      'have no label "Prmary"; did you mean Primary?',
      'hubspot has no object compnies; did you mean companies?',
    ]
    world.hubspot.simulator.seed({ owners: [{ id: '7', email: 'ann@crm.example' }] })
    const checked = await world.cli('check')
    expect(checked.code).toBe(2)
    for (const one of wrong) expect(checked.stdout).toContain(one)
    const lines = checked.stdout.matchAll(/at syncs\/customers\.yaml:(\d+):/g)
    expect([...lines].map(([, line]) => lineIn('syncs/customers.yaml', Number(line)))).toEqual([
      'firstnam: first_nam',
      'createdate: signed_up',
      'firstnam: first_nam',
      'createdate: signed_up',
      'company: { column: last_name, lookup: onwers.email }',
      '- { to: companies, match: { nmae: city }, label: Prmary }',
      '- { to: companies, match: { nmae: city }, label: Prmary }',
      '- { to: compnies, match: { name: city } }',
    ])
    expect(checked.stdout.match(/WRONG/g)).toHaveLength(wrong.length)
    expect((await world.cli('plan')).stderr).toContain(wrong[0])
    rewrite('syncs/customers.yaml', [
      '  firstnam: first_nam\n  createdate: signed_up',
      '  firstnam: first_name\n  createdate: email',
    ])
    const planned = await world.cli('plan')
    expect(planned.code).toBe(2)
    for (const one of wrong.slice(2)) expect(planned.stderr).toContain(one)
    expect(planned.stderr).toMatch(/\n {2}at syncs\/customers\.yaml:7:3 \(fields\.firstnam\)\n/)
    expect(planned.stderr.match(/ \(syncs\/customers\.yaml:\d+\)$/gm)).toHaveLength(5)
  })

  it('names the missing unique field, and --fix creates it', async () => {
    rewrite(
      'syncs/customers.yaml',
      [
        'object: contacts, match: { email: email }',
        'object: companies, match: { customer_number: customer_id }',
      ],
      ['  firstname: first_name\n  lastname: last_name\n', '  name: last_name\n'],
      ['  jobtitle: { column: job_title, write: if_empty }', ''],
    )
    const before = await world.cli('check')
    expect(before.code).toBe(2)
    expect(before.stdout).toContain('there is no field customer_number')
    expect(before.stdout).toContain('Let `syncline check --fix` create customer_number')

    const fixed = await world.cli('check', '--fix')
    expect([fixed.code, fixed.stdout]).toEqual([
      0,
      expect.stringContaining('created the unique field customer_number of companies'),
    ])
    expect((await world.cli('check')).stdout).toContain(
      'companies are told apart by customer_number',
    )
    expect((await world.cli('run', '--first')).stdout).toContain('100 delivered')
  })

  it('creates a field of our own for a sync that matches by one that is not unique', async () => {
    rewrite(
      'syncs/customers.yaml',
      ['object: contacts, match: { email: email }', 'object: companies, match: { domain: domain }'],
      ['  firstname: first_name\n  lastname: last_name\n', '  name: last_name\n'],
      ['  jobtitle: { column: job_title, write: if_empty }', ''],
    )
    rewrite('models/customers.sql', [
      'from customers',
      ", customer_id || '.example' as domain from customers",
    ])
    world.hubspot.simulator.seed({
      records: { companies: [{ id: '901', properties: { domain: '1.example' } }] },
    })
    const before = await world.cli('check')
    expect(before.code).toBe(2)
    expect(before.stdout).toContain('but the CRM does not keep domain unique')
    expect(before.stdout).toContain('Let `syncline check --fix` create syncline_key.')
    const fixed = await world.cli('check', '--fix')
    expect([fixed.code, fixed.stdout]).toEqual([
      0,
      expect.stringContaining('created the unique field syncline_key of companies'),
    ])
    const again = await world.cli('check')
    expect([again.code, again.stdout.match(/sync customers: companies .*/g)]).toEqual([
      0,
      [
        'sync customers: companies are told apart by syncline_key, which every create carries; domain finds those that are there',
      ],
    ])
    expect((await world.cli('run', '--first')).stdout).toContain('100 delivered')
    const companies = world.hubspot.simulator.dump().state.records?.['0-2'] ?? []
    expect(companies).toHaveLength(100)
    expect(companies.filter(({ properties }) => properties['syncline_key'])).toHaveLength(99)
  })

  it('names the match field that was meant, and says so of a field of our own that does not do', async () => {
    rewrite('syncs/customers.yaml', ['match: { email: email }', 'match: { emial: email }'])
    expect((await world.cli('check')).stdout).toContain('no field emial (did you mean email?)')
    rewrite('syncs/customers.yaml', ['match: { emial: email }', 'match: { city: city }'])
    rewrite('syncs/customers.yaml', ['  city: city\n', ''])
    const plain = { label: 'Key', type: 'string', fieldType: 'text', groupName: 'g' } as const
    world.hubspot.simulator.seed({ properties: { contacts: [{ ...plain, name: 'syncline_key' }] } })
    const { code, stdout } = await world.cli('check', '--fix')
    expect(code).toBe(2)
    expect(stdout).toContain('Match by a unique field. syncline_key is there and does not do')
  })

  it('says of no object that it may be written that is not there', async () => {
    rewrite('syncs/customers.yaml', ['object: contacts', 'object: contcats'])
    const { code, stdout } = await world.cli('check')
    expect(code).toBe(2)
    expect(stdout.match(/WRONG/g)).toHaveLength(1)
    expect(stdout).toContain('WRONG sync customers: app.request')
    expect(stdout).toContain('; did you mean contacts?')
    expect(stdout).not.toContain('may read and write')
  })

  it('names what every new record must have and the sync does not give', async () => {
    rewrite(
      'syncs/customers.yaml',
      [
        'object: contacts, match: { email: email }',
        'object: tickets, match: { own_key: customer_id }',
      ],
      ['  firstname: first_name\n  lastname: last_name\n', '  content: last_name\n'],
      ['  jobtitle: { column: job_title, write: if_empty }', ''],
    )
    const { code, stdout } = await world.cli('check', '--fix')
    expect(code).toBe(2)
    expect(stdout).toContain('created the unique field own_key of tickets')
    expect(stdout).toContain('must have: subject, hs_pipeline_stage.')
    expect(stdout).toContain('Map the field to a column')
  })

  it('creates nothing where the environment may not write', async () => {
    rewrite('syncline.yaml', ['    base_url: "http', '    production: true\n    base_url: "http'])
    rewrite('syncs/customers.yaml', ['match: { email: email }', 'match: { own_key: email }'])
    const said = await world.cli('check', '--fix')
    expect([said.code, said.stdout]).toEqual([
      2,
      expect.stringContaining("own_key can't be created"),
    ])
    expect((await world.cli('discover', 'contacts')).stdout).not.toContain('own_key')
  })

  it('tells a model that the warehouse refuses, and looks at the rest all the same', async () => {
    rewrite('models/customers.sql', ['from customers', 'from custmers'])
    const { code, stdout } = await world.cli('check')
    expect(code).toBe(2)
    expect(stdout).toContain('WRONG sync customers: warehouse.query')
    expect(stdout).toContain('may read and write contacts')
  })
})

describe('discover', () => {
  it('shows type, access, uniqueness and options of each field', async () => {
    const { stdout } = await world.cli('discover', 'hubspot', 'contacts')
    expect(stdout).toMatch(/^email +text +writable +unique +Email/m)
    expect(stdout).toMatch(/^hs_object_id +\S+ +read-only +unique/m)
    expect(stdout).toMatch(/^lifecyclestage +option +writable .*subscriber, lead/m)
  })

  it('takes an object alone where the project has one CRM, and names the object that was meant', async () => {
    expect((await world.cli('discover', 'deals')).stdout).toMatch(/^dealname .*required/m)
    const wrong = await world.cli('discover', 'contcats')
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('; did you mean contacts?'),
    ])
  })
})
