/** Reading and changing pipelines and their stages. */
import type { CollectionResponsePipelineNoPaging } from '@hubspot/api-client/lib/codegen/crm/pipelines/models/CollectionResponsePipelineNoPaging.js'
import type { CollectionResponsePipelineStageNoPaging } from '@hubspot/api-client/lib/codegen/crm/pipelines/models/CollectionResponsePipelineStageNoPaging.js'
import type { Pipeline } from '@hubspot/api-client/lib/codegen/crm/pipelines/models/Pipeline.js'
import type { PipelineStage } from '@hubspot/api-client/lib/codegen/crm/pipelines/models/PipelineStage.js'
import { badRequest, notFound } from '../wire/api-error.ts'
import { noContent, param, reply, typeParam } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import {
  numberField,
  objectField,
  objectsField,
  parseBody,
  requiredText,
  textField,
} from '../wire/json.ts'
import type { JsonObject } from '../../json.ts'
import type { StoredPipeline, Stage } from '../store/pipelines.ts'
import type { Wire } from '../wire/wire.ts'

export function listPipelines(call: Call): Reply<Wire<CollectionResponsePipelineNoPaging>> {
  return reply(200, { results: call.portal.pipelines.of(typeParam(call).id).map(viewPipeline) })
}

export function readPipeline(call: Call): Reply<Wire<Pipeline>> {
  return reply(200, viewPipeline(pipelineOf(call)))
}

export function listStages(call: Call): Reply<Wire<CollectionResponsePipelineStageNoPaging>> {
  const { stages } = pipelineOf(call)
  return reply(200, { results: stages.filter(({ archived }) => !archived).map(viewStage) })
}

export function readStage(call: Call): Reply<Wire<PipelineStage>> {
  return reply(200, viewStage(stageOf(call)))
}

export function createPipeline(call: Call): Reply<Wire<Pipeline>> {
  const body = parseBody(call.body)
  const stages = (objectsField(body, 'stages') ?? []).map((stage) => newStage(call, stage))
  if (stages.length === 0) throw badRequest('A pipeline needs at least one stage')
  const pipeline: StoredPipeline = {
    id: textField(body, 'pipelineId') ?? call.portal.nextId(),
    label: requiredText(body, 'label'),
    displayOrder: numberField(body, 'displayOrder') ?? 0,
    stages,
    archived: false,
    createdAt: call.now,
    updatedAt: call.now,
  }
  call.portal.pipelines.put(typeParam(call).id, pipeline)
  return reply(201, viewPipeline(pipeline))
}

export function updatePipeline(call: Call): Reply<Wire<Pipeline>> {
  const known = pipelineOf(call)
  const body = parseBody(call.body)
  const pipeline: StoredPipeline = {
    ...known,
    label: textField(body, 'label') ?? known.label,
    displayOrder: numberField(body, 'displayOrder') ?? known.displayOrder,
    updatedAt: call.now,
  }
  call.portal.pipelines.put(typeParam(call).id, pipeline)
  return reply(200, viewPipeline(pipeline))
}

export function archivePipeline(call: Call): Reply<never> {
  const known = pipelineOf(call)
  call.portal.pipelines.put(typeParam(call).id, { ...known, archived: true, updatedAt: call.now })
  return noContent
}

export function createStage(call: Call): Reply<Wire<PipelineStage>> {
  const pipeline = pipelineOf(call)
  const stage = newStage(call, parseBody(call.body))
  putStages(call, pipeline, [...pipeline.stages, stage])
  return reply(201, viewStage(stage))
}

export function updateStage(call: Call): Reply<Wire<PipelineStage>> {
  const [pipeline, known, body] = [pipelineOf(call), stageOf(call), parseBody(call.body)]
  const stage: Stage = {
    ...known,
    label: textField(body, 'label') ?? known.label,
    displayOrder: numberField(body, 'displayOrder') ?? known.displayOrder,
    metadata: { ...known.metadata, ...metadataOf(body) },
    updatedAt: call.now,
  }
  putStages(
    call,
    pipeline,
    pipeline.stages.map((one) => (one.id === known.id ? stage : one)),
  )
  return reply(200, viewStage(stage))
}

export function archiveStage(call: Call): Reply<never> {
  const [pipeline, known] = [pipelineOf(call), stageOf(call)]
  putStages(
    call,
    pipeline,
    pipeline.stages.filter(({ id }) => id !== known.id),
  )
  return noContent
}

function putStages(call: Call, pipeline: StoredPipeline, stages: readonly Stage[]): void {
  call.portal.pipelines.put(typeParam(call).id, { ...pipeline, stages, updatedAt: call.now })
}

function pipelineOf(call: Call): StoredPipeline {
  const pipeline = call.portal.pipelines.get(typeParam(call).id, param(call, 'pipeline'))
  if (pipeline === null || pipeline.archived) throw notFound()
  return pipeline
}

function stageOf(call: Call): Stage {
  const stage = pipelineOf(call).stages.find(({ id }) => id === param(call, 'stage'))
  if (stage === undefined || stage.archived) throw notFound()
  return stage
}

function newStage(call: Call, body: JsonObject): Stage {
  return {
    id: textField(body, 'stageId') ?? call.portal.nextId(),
    label: requiredText(body, 'label'),
    displayOrder: numberField(body, 'displayOrder') ?? 0,
    metadata: metadataOf(body),
    archived: false,
    createdAt: call.now,
    updatedAt: call.now,
  }
}

function metadataOf(body: JsonObject): Readonly<Record<string, string>> {
  const given = objectField(body, 'metadata') ?? {}
  const metadata: Record<string, string> = {}
  for (const name of Object.keys(given)) metadata[name] = textField(given, name) ?? ''
  return metadata
}

function viewPipeline(pipeline: StoredPipeline): Wire<Pipeline> {
  const stages = [...pipeline.stages]
    .filter(({ archived }) => !archived)
    .toSorted((a, b) => a.displayOrder - b.displayOrder)
  return {
    id: pipeline.id,
    label: pipeline.label,
    displayOrder: pipeline.displayOrder,
    stages: stages.map(viewStage),
    archived: pipeline.archived,
    createdAt: new Date(pipeline.createdAt).toISOString(),
    updatedAt: new Date(pipeline.updatedAt).toISOString(),
  }
}

function viewStage(stage: Stage): Wire<PipelineStage> {
  return {
    id: stage.id,
    label: stage.label,
    displayOrder: stage.displayOrder,
    metadata: stage.metadata,
    writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
    archived: stage.archived,
    createdAt: new Date(stage.createdAt).toISOString(),
    updatedAt: new Date(stage.updatedAt).toISOString(),
  }
}
