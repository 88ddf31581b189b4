/** Decides what a write would make of a record, and whether HubSpot allows it, before anything is changed. */
import { calculatedValues } from './calculated.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'
import { contactExists, invalidProperties, missingProperties } from './problem.ts'
import type { Problem, PropertyProblem } from './problem.ts'
import { normaliseValue } from './property-values.ts'
import { keysOf } from '../store/records.ts'
import type { StoredRecord } from '../store/records.ts'
import { lifecycleStages } from '../store/standard-properties.ts'
import type { WriteOrigin } from '../../write-log.ts'

export interface PlannedWrite {
  readonly before: StoredRecord | null
  readonly after: StoredRecord
  /** The properties the request named. */
  readonly written: readonly string[]
  readonly changed: boolean
}

export type Planning =
  | { readonly ok: true; readonly plan: PlannedWrite }
  | { readonly ok: false; readonly problem: Problem }

/** Unique values that earlier inputs of the same batch take: value to record id. */
export type Claims = Map<string, string>

export interface WriteTarget {
  readonly portal: Portal
  readonly type: ObjectType
  readonly origin: WriteOrigin
  readonly claims: Claims
}

/** Plans a create when `before` is null. */
export function planWrite(
  target: WriteTarget,
  before: StoredRecord | null,
  id: string,
  properties: JsonObject,
): Planning {
  const { portal, type, origin } = target
  const written = new Map<string, string>()
  const problems: PropertyProblem[] = []
  for (const [name, json] of Object.entries(properties)) {
    readProperty(target, before, name, json, written, problems)
  }
  const stageProblem = problems.length === 0 ? settlePipeline(target, before, written) : null
  if (stageProblem !== null) problems.push(stageProblem)
  if (problems.length > 0) return failed(invalidProperties(problems, portal.id))
  const values = applied(before?.values ?? {}, written)
  if (before === null && origin.source !== 'system') {
    const missing = missingRequired(portal, type, values)
    if (missing.length > 0) return failed(missingProperties(type, missing))
  }
  for (const [name, value] of Object.entries(calculatedValues(portal, type, values))) {
    setValue(values, name, value)
  }
  const clash = claimUnique(target, before, id, values)
  if (clash !== null) return failed(clash)
  const changed = before === null || differs(before.values, values)
  const record: StoredRecord = {
    id,
    createdAt: before?.createdAt ?? origin.at,
    updatedAt: changed ? origin.at : (before?.updatedAt ?? origin.at),
    archivedAt: null,
    values,
  }
  return { ok: true, plan: { before, after: record, written: [...written.keys()], changed } }
}

/** Makes a plan real and remembers it. */
export function applyWrite({ portal, type, origin }: WriteTarget, plan: PlannedWrite): void {
  if (!plan.changed) return
  portal.table(type).put(plan.after, origin.at)
  const kind = plan.before === null ? 'create' : 'update'
  portal.log.add(type.id, kind, plan.before, plan.after, origin)
}

function failed(problem: Problem): Planning {
  return { ok: false, problem }
}

function readProperty(
  { portal, type, origin }: WriteTarget,
  before: StoredRecord | null,
  name: string,
  json: Json,
  written: Map<string, string>,
  problems: PropertyProblem[],
): void {
  const definition = portal.properties.find(type, name)
  if (definition === null) {
    const message = `Property "${name}" does not exist`
    problems.push({ name, code: 'PROPERTY_DOESNT_EXIST', message })
    return
  }
  const locked = definition.readOnlyValue || definition.calculated
  if (locked && origin.source === 'api') {
    const message = `"${name}" is a read only property; its value cannot be set.`
    problems.push({ name, code: 'READ_ONLY_VALUE', message })
    return
  }
  if (json === null || typeof json === 'object') {
    problems.push({ name, code: 'INVALID_STRING', message: `Property "${name}" needs a string` })
    return
  }
  const current = before?.values[name]
  const isOption = (value: string) => portal.hasOption(type, definition, value)
  const result = normaliseValue(definition, String(json), current, isOption)
  if (!result.ok) {
    problems.push({ name, code: result.code, message: result.message })
    return
  }
  if (name === 'email' && type.id === '0-1' && portal.blockedEmails.has(result.value)) {
    const message = `Email address ${result.value} was deleted for privacy and is blocklisted`
    problems.push({ name, code: 'INVALID_EMAIL', message })
    return
  }
  const stays = origin.source === 'api' && isBackward(name, current, result.value)
  written.set(name, stays ? (current ?? '') : result.value)
}

/** The API moves the lifecycle stage forward only; an earlier stage is ignored without a word. */
function isBackward(name: string, current: string | undefined, next: string): boolean {
  if (name !== 'lifecyclestage' || current === undefined || next === '') return false
  const stages: readonly string[] = lifecycleStages
  const [now, then] = [stages.indexOf(current), stages.indexOf(next)]
  return now >= 0 && then >= 0 && then < now
}

/** Fills in the only pipeline on a create, and holds stage and pipeline together. */
function settlePipeline(
  { portal, type }: WriteTarget,
  before: StoredRecord | null,
  written: Map<string, string>,
): PropertyProblem | null {
  if (type.pipeline === null) return null
  const { pipeline, stage } = type.pipeline
  if (!written.has(pipeline) && !written.has(stage)) return null
  const pipelines = portal.pipelines.of(type.id)
  if (before === null && !written.has(pipeline) && pipelines.length === 1) {
    written.set(pipeline, pipelines[0]?.id ?? '')
  }
  const inPipeline = written.get(pipeline) ?? before?.values[pipeline]
  const inStage = written.get(stage) ?? before?.values[stage]
  if (!inPipeline || !inStage) return null
  const stages = portal.pipelines.get(type.id, inPipeline)?.stages ?? []
  if (stages.some(({ id }) => id === inStage)) return null
  const message = `${inStage} was not one of the allowed options of pipeline ${inPipeline}: [${stages.map(({ id }) => id).join(', ')}]`
  return { name: stage, code: 'INVALID_OPTION', message }
}

function missingRequired(
  portal: Portal,
  type: ObjectType,
  values: Readonly<Record<string, string>>,
): readonly string[] {
  const missing = type.required.filter((name) => values[name] === undefined)
  if (type.id === '0-2' && values['name'] === undefined && values['domain'] === undefined) {
    return ['name', 'domain']
  }
  const several = type.required.length > 0 && portal.pipelines.of(type.id).length > 1
  if (type.pipeline !== null && several && values[type.pipeline.pipeline] === undefined) {
    return [...missing, type.pipeline.pipeline]
  }
  return missing
}

function claimUnique(
  { portal, type, claims }: WriteTarget,
  before: StoredRecord | null,
  id: string,
  values: Readonly<Record<string, string>>,
): Problem | null {
  const table = portal.table(type)
  const mine: string[] = []
  for (const property of table.uniqueProperties()) {
    if (before !== null && before.values[property] === values[property]) continue
    for (const value of keysOf({ values }, property)) {
      const claim = `${property}\n${value}`
      const holder = table.holder(property, value) ?? claims.get(claim) ?? null
      if (holder !== null && holder !== id) {
        return clashProblem(portal, type, property, value, holder, id)
      }
      mine.push(claim)
    }
  }
  for (const claim of mine) claims.set(claim, id)
  return null
}

function clashProblem(
  portal: Portal,
  type: ObjectType,
  property: string,
  value: string,
  holder: string,
  id: string,
): Problem {
  if (property === 'email' && type.id === '0-1') return contactExists(holder)
  const coordinates = `portalId=${portal.id}, objectTypeId=${type.id}, propertyName=${property}, value=${value}`
  const message = `Cannot set PropertyValueCoordinates{${coordinates}} on ${id}. ${holder} already has that value.`
  return invalidProperties(
    [{ name: property, code: 'CONFLICTING_UNIQUE_VALUE', message }],
    portal.id,
  )
}

function applied(
  values: Readonly<Record<string, string>>,
  written: ReadonlyMap<string, string>,
): Record<string, string> {
  const result: Record<string, string> = { ...values }
  for (const [name, value] of written) setValue(result, name, value)
  return result
}

/** Empty is absent. */
function setValue(values: Record<string, string>, name: string, value: string): void {
  if (value !== '') values[name] = value
  else if (values[name] !== undefined) delete values[name]
}

function differs(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(a)
  return names.length !== Object.keys(b).length || names.some((name) => a[name] !== b[name])
}
