/** What is received waits in the journal while what is to be kept out of it can't be told from the rest. */
import { expect, it } from 'vitest'
import { noLimits } from '../../src/simulator/pipedrive/request/rate-limits.ts'
import { servePipedrive } from '../../src/simulator/pipedrive/serve.ts'
import { basic, pipedriveProject, serveFiles, webhookPath } from './serving-project.ts'

it('loads no webhook while a field to be left out is none that the CRM tells of', async () => {
  const crm = await servePipedrive({ port: 0, limits: noLimits, state: {} })
  const trouble = Promise.withResolvers<unknown>()
  const project = await serveFiles(
    {
      project: pipedriveProject(crm),
      syncs: {
        crm: 'type: pull\nfrom: { connection: crm, objects: [deals] }\nto: { connection: warehouse, schema: crm }\nfields: { exclude: [deals.titel] }\n',
      },
    },
    { onTrouble: trouble.resolve },
  )
  const sent = await fetch(`${project.serving.url}${webhookPath}`, {
    method: 'POST',
    headers: { authorization: basic, 'content-type': 'application/json' },
    body: '{"meta":{}}',
  })
  expect(sent.status).toBe(200)
  expect(await trouble.promise).toMatchObject({
    code: 'pull.unknown_field',
    message: expect.stringContaining('did you mean title?') as string,
  })
  expect(await (await project.workspace.journal()).extent()).toMatchObject({ entries: 1 })
  await project.close()
  await crm.close()
})
