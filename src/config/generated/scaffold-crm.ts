/** What the files of a new project say of its CRM, one function per CRM. */

/** Texts of YAML, each with the indentation of its place. */
export interface ScaffoldCrm {
  readonly direction: 'push' | 'pull'
  /** The connection to begin with, below `connections:`. */
  readonly connection: string
  /** The real one, below `connections:` of the environment `prod`. */
  readonly production: string
  /** Of a push from `to:` to the end of the sync file; of a pull all below `type:`. */
  readonly sync: string
  /** What the real one is reached with, from the environment or `.env`. */
  readonly variables: readonly string[]
}

/** Where a local HubSpot listens, and the token it accepts; null for one in a file. */
export function scaffoldHubSpot(
  local: { readonly url: string; readonly token: string } | null,
): ScaffoldCrm {
  const connection =
    local === null
      ? `  hubspot:                        # to try things out: a HubSpot in a file, nothing to start
    type: local_hubspot
    path: .syncline/local-hubspot.json
`
      : `  hubspot:                        # the local one: start it with \`syncline simulate hubspot\`
    type: hubspot
    base_url: ${JSON.stringify(local.url)}
    access_token: ${JSON.stringify(local.token)}
`
  return {
    direction: 'push',
    connection,
    production: `      hubspot:
        type: hubspot
        base_url: https://api.hubapi.com
        access_token: \${env:HUBSPOT_ACCESS_TOKEN}
        production: true
`,
    sync: `to: { connection: hubspot, object: contacts, match: { email: email } }
mode: upsert
fields:                           # CRM field: column
  firstname: first_name
  lastname: last_name
  city: city
  jobtitle: { column: job_title, write: if_empty }   # never over what a person typed
`,
    variables: ['HUBSPOT_ACCESS_TOKEN'],
  }
}

/** The unique external id that the sync to Salesforce matches by: an org has none of its own. */
export const salesforceKey = 'Customer_Key__c'

/** Where a local Salesforce listens, the app that signs in, and the command that serves it. */
export function scaffoldSalesforce(local: {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly serve: string
}): ScaffoldCrm {
  return {
    direction: 'push',
    connection: `  salesforce:                     # the local one: start it with \`${local.serve}\`
    type: salesforce
    login_url: ${JSON.stringify(local.url)}
    client_credentials:
      client_id: ${JSON.stringify(local.clientId)}
      client_secret: ${JSON.stringify(local.clientSecret)}
`,
    production: `      salesforce:
        type: salesforce
        login_url: \${env:SALESFORCE_URL}   # https://acme.my.salesforce.com
        client_credentials:
          client_id: \${env:SALESFORCE_CLIENT_ID}
          client_secret: \${env:SALESFORCE_CLIENT_SECRET}
        production: true
`,
    sync: `to: { connection: salesforce, object: Contact, match: { ${salesforceKey}: customer_id } }
mode: upsert
fields:                           # CRM field: column
  Email: email
  FirstName: first_name
  LastName: last_name
  MailingCity: city
  Title: { column: job_title, write: if_empty }   # never over what a person typed
`,
    variables: ['SALESFORCE_URL', 'SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET'],
  }
}

/** What a pull of Pipedrive begins with: the six objects that a sales report joins. */
export const pipedriveObjects = [
  'deals',
  'organizations',
  'persons',
  'users',
  'pipelines',
  'stages',
] as const

/** Where a local Pipedrive listens, the token it accepts, and the command that serves it. */
export function scaffoldPipedrive(local: {
  readonly url: string
  readonly token: string
  readonly serve: string
}): ScaffoldCrm {
  return {
    direction: 'pull',
    connection: `  pipedrive:                      # the local one: start it with \`${local.serve}\`
    type: pipedrive
    base_url: ${JSON.stringify(local.url)}
    api_token: ${JSON.stringify(local.token)}
`,
    production: `      pipedrive:
        base_url: \${env:PIPEDRIVE_URL}   # https://acme.pipedrive.com
        api_token: \${env:PIPEDRIVE_API_TOKEN}
        production: true
`,
    sync: `from:
  connection: pipedrive
  objects: [${pipedriveObjects.join(', ')}]
to: { connection: warehouse, schema: crm }   # deals_history, deals, deals_changes, …
fields:
  exclude: ["*.*_count"]          # counters, which would begin new versions all the time
  include: [organizations.employee_count]   # which people fill in
`,
    variables: ['PIPEDRIVE_URL', 'PIPEDRIVE_API_TOKEN'],
  }
}
