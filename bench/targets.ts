/** The CRMs that pushes are measured against: what a project says of each, its server, and a loop's requests. */
import { localToken } from '../src/simulator/hubspot/hubspot.ts'
import { localApp, localSession } from '../src/simulator/salesforce/salesforce.ts'
import { type Server, startLocalCrm } from './server-process.ts'

/** A CRM field, the column it comes from, and the column as an expression over the key `i`. */
export interface BenchField {
  readonly field: string
  readonly column: string
  readonly expression: string
}

export interface BenchTarget {
  /** Of the connection, and of the local CRM. */
  readonly name: string
  readonly title: string
  /** The connection's options, as YAML in one line. */
  readonly connection: (url: string) => string
  readonly object: string
  /** The first finds the record: no two rows share its value. */
  readonly fields: readonly BenchField[]
  /** The local CRM with what the object needs; `settings` as its own `/_local/settings` takes them. */
  readonly startLocal: (settings: object) => Promise<Server>
  /** What a hand-written loop sends. */
  readonly loop: LoopRequests
}

export interface LoopRequests {
  /** Most rows of a request. */
  readonly batchRows: number
  /** Values of each row in the order of the fields; `first` is the number of the first row. */
  readonly request: (rows: readonly string[][], first: number) => LoopRequest
  /** How many rows an answer of status 2xx names as written. */
  readonly written: (answer: string) => number
}

export interface LoopRequest {
  readonly method: 'POST' | 'PATCH'
  readonly path: string
  readonly token: string
  readonly body: object
}

/** Columns that both CRMs have a field for. */
const firstName = { column: 'first_name', expression: `'Name ' || (i % 977)` }
const lastName = { column: 'last_name', expression: `'Family ' || (i % 7919)` }
const city = { column: 'city', expression: `'City ' || (i % 501)` }
const company = { column: 'company', expression: `'Company ' || (i % 20011)` }
const jobTitle = { column: 'job_title', expression: `'Title ' || (i % 211)` }

/** Six fields that every HubSpot has. */
const contactFields: readonly BenchField[] = [
  { field: 'email', column: 'email', expression: `'c' || i || '@example.com'` },
  { field: 'firstname', ...firstName },
  { field: 'lastname', ...lastName },
  { field: 'city', ...city },
  { field: 'company', ...company },
  { field: 'jobtitle', ...jobTitle },
]

export const hubspot: BenchTarget = {
  name: 'hubspot',
  title: 'HubSpot',
  connection: (url) =>
    `{ type: hubspot, base_url: ${JSON.stringify(url)}, access_token: ${localToken} }`,
  object: 'contacts',
  fields: contactFields,
  startLocal: (settings) => startLocalCrm('hubspot', settings),
  loop: {
    batchRows: 100,
    request: (rows, first) => ({
      method: 'POST',
      path: '/crm/v3/objects/0-1/batch/upsert',
      token: localToken,
      body: {
        inputs: rows.map((row, index) => ({
          id: row[0],
          idProperty: 'email',
          properties: valuesOf(contactFields.slice(1), row.slice(1)),
          objectWriteTraceId: `loop-${first + index}`,
        })),
      },
    }),
    written: (answer) => {
      const { results = [] }: { results?: readonly unknown[] } = JSON.parse(answer)
      return results.length
    },
  },
}

const personKey = 'Person_Key__c'

/** Five fields that every Salesforce has, and an external id of our own. */
const personFields: readonly BenchField[] = [
  { field: personKey, column: 'person_key', expression: `'person-' || i` },
  { field: 'FirstName', ...firstName },
  { field: 'LastName', ...lastName },
  { field: 'MailingCity', ...city },
  { field: 'Department', ...company },
  { field: 'Title', ...jobTitle },
]

export const salesforce: BenchTarget = {
  name: 'salesforce',
  title: 'Salesforce',
  connection: (url) =>
    `{ type: salesforce, login_url: ${JSON.stringify(url)}, client_credentials: { client_id: ${localApp.clientId}, client_secret: ${localApp.clientSecret} } }`,
  object: 'Contact',
  fields: personFields,
  startLocal: async (settings) => {
    const server = await startLocalCrm('salesforce', settings)
    const key = { name: personKey, type: 'string', length: 40, externalId: true, unique: true }
    await server.ask('seed', { fields: { Contact: [key] } })
    return server
  },
  loop: {
    batchRows: 200,
    request: (rows) => ({
      method: 'PATCH',
      path: `/services/data/v67.0/composite/sobjects/Contact/${personKey}`,
      token: localSession,
      body: {
        allOrNone: false,
        records: rows.map((row) => ({
          attributes: { type: 'Contact' },
          ...valuesOf(personFields, row),
        })),
      },
    }),
    written: (answer) => {
      const results: readonly { readonly success?: boolean }[] = JSON.parse(answer)
      return results.filter(({ success }) => success).length
    },
  },
}

export const targets: readonly BenchTarget[] = [hubspot, salesforce]

function valuesOf(
  fields: readonly BenchField[],
  row: readonly string[],
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(fields.map(({ field }, at) => [field, row[at]]))
}
