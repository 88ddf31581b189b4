/** Pipelines and their stages. */
import type { Call, Caller } from '../caller.ts'
import { type Endpoint, type Refusal, refused } from '../endpoint.ts'
import { notFound, notSet, ofNoObject } from './messages.ts'

const all = '/crm/v3/pipelines/:type'
const one = `${all}/:pipeline`

const api = ({ client }: Caller) => client.crm.pipelines
const stage = { label: 'Won', displayOrder: 1, metadata: { probability: '1.0' } }

/** A call about a pipeline, or about a stage of it, of an object. */
type Aimed = (pipeline: string, object?: string) => Call
type AimedAtStage = (stage: string, pipeline?: string, object?: string) => Call

const read: Aimed =
  (pipeline, object = 'deals') =>
  (caller) =>
    api(caller).pipelinesApi.getByIdWithHttpInfo(object, pipeline)

const update: Aimed =
  (pipeline, object = 'deals') =>
  (caller) =>
    api(caller).pipelinesApi.updateWithHttpInfo(object, pipeline, { label: 'Newer' })

const archive: Aimed =
  (pipeline, object = 'deals') =>
  (caller) =>
    api(caller).pipelinesApi.archiveWithHttpInfo(object, pipeline)

const listStages: Aimed =
  (pipeline, object = 'deals') =>
  (caller) =>
    api(caller).pipelineStagesApi.getAllWithHttpInfo(object, pipeline)

const createStage: Aimed =
  (pipeline, object = 'deals') =>
  (caller) =>
    api(caller).pipelineStagesApi.createWithHttpInfo(object, pipeline, stage)

const readStage: AimedAtStage =
  (id, pipeline = 'extra', object = 'deals') =>
  (caller) =>
    api(caller).pipelineStagesApi.getByIdWithHttpInfo(object, pipeline, id)

const updateStage: AimedAtStage =
  (id, pipeline = 'extra', object = 'deals') =>
  (caller) =>
    api(caller).pipelineStagesApi.updateWithHttpInfo(object, pipeline, id, {
      label: 'Wide open',
      metadata: { probability: '0.5' },
    })

const archiveStage: AimedAtStage =
  (id, pipeline = 'extra', object = 'deals') =>
  (caller) =>
    api(caller).pipelineStagesApi.archiveWithHttpInfo(object, pipeline, id)

const list =
  (object: string): Call =>
  (caller) =>
    api(caller).pipelinesApi.getAllWithHttpInfo(object)

const create =
  (stages: (typeof stage)[], object = 'deals'): Call =>
  (caller) =>
    api(caller).pipelinesApi.createWithHttpInfo(object, { label: 'New', displayOrder: 2, stages })

function ofPipeline(call: Aimed): readonly Refusal[] {
  return [
    ofNoObject(call('extra', 'rockets')),
    refused('404', 'a pipeline that is not there', call('no'), notFound),
  ]
}

function ofStage(call: AimedAtStage): readonly Refusal[] {
  return [
    ofNoObject(call('open', 'extra', 'rockets')),
    refused('404', 'a pipeline that is not there', call('open', 'no'), notFound),
    refused('404', 'a stage that is not there', call('no'), notFound),
  ]
}

export const pipelineEndpoints: readonly Endpoint[] = [
  {
    route: `GET ${all}`,
    call: list('deals'),
    status: 200,
    shows: { results: [{ id: 'default' }, { id: 'extra', stages: [{ id: 'open' }] }] },
    refusals: [ofNoObject(list('rockets'))],
  },
  {
    route: `POST ${all}`,
    call: create([stage]),
    status: 201,
    shows: { label: 'New', stages: [{ label: 'Won', metadata: { probability: '1.0' } }] },
    refusals: [
      ofNoObject(create([stage], 'rockets')),
      refused('400 request', 'no stages', create([]), /^A pipeline needs at least one stage$/),
    ],
  },
  {
    route: `GET ${one}`,
    call: read('extra'),
    status: 200,
    shows: { id: 'extra', label: 'Extra' },
    refusals: ofPipeline(read),
  },
  {
    route: `PATCH ${one}`,
    call: update('extra'),
    status: 200,
    shows: { id: 'extra', label: 'Newer' },
    refusals: ofPipeline(update),
  },
  { route: `DELETE ${one}`, call: archive('extra'), status: 204, refusals: ofPipeline(archive) },
  {
    route: `GET ${one}/stages`,
    call: listStages('extra'),
    status: 200,
    shows: { results: [{ id: 'open', label: 'Open' }] },
    refusals: ofPipeline(listStages),
  },
  {
    route: `POST ${one}/stages`,
    call: createStage('extra'),
    status: 201,
    shows: { label: 'Won', metadata: { probability: '1.0' } },
    refusals: [
      ...ofPipeline(createStage),
      refused(
        '400 request',
        'no label',
        ({ request }) => request('POST', '/crm/v3/pipelines/deals/extra/stages', { metadata: {} }),
        notSet('label'),
      ),
    ],
  },
  {
    route: `GET ${one}/stages/:stage`,
    call: readStage('open'),
    status: 200,
    shows: { id: 'open', label: 'Open', archived: false },
    refusals: ofStage(readStage),
  },
  {
    route: `PATCH ${one}/stages/:stage`,
    call: updateStage('open'),
    status: 200,
    shows: { id: 'open', label: 'Wide open', metadata: { probability: '0.5' } },
    refusals: ofStage(updateStage),
  },
  {
    route: `DELETE ${one}/stages/:stage`,
    call: archiveStage('open'),
    status: 204,
    refusals: ofStage(archiveStage),
  },
]
