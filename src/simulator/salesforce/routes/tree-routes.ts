/** Trees: records with their children below them, created as a whole or not at all. */
import { ApiError, refused } from '../wire/api-error.ts'
import {
  attributeType,
  bodyObject,
  listOf,
  parserError,
  reply,
  typeNamed,
  typeParam,
} from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { isJsonObject } from '../wire/json.ts'
import type { Json, JsonObject } from '../wire/json.ts'
import type { ObjectType } from '../store/object-type.ts'
import { createRecord } from '../writes/record-write.ts'
import type { WireRowError, WireTreeResponse } from '../wire/wire.ts'
import { writeContext } from '../writes/write-context.ts'

const mostRecords = 200
const mostLevels = 5
const mostTypes = 5

interface Node {
  readonly type: ObjectType
  readonly referenceId: string
  readonly values: JsonObject
  /** What its parent is named by; null at the root. */
  readonly parentField: string | null
  readonly children: readonly Node[]
}

interface Created {
  readonly referenceId: string
  readonly id: string
}

export function createTree(call: Call): Reply<WireTreeResponse> {
  const type = typeParam(call)
  const roots = listOf(bodyObject(call)['records'], 'records').map((record) =>
    nodeIn(call, record, null, type, 1),
  )
  const nodes = roots.flatMap(everyone)
  refuseTooMany(nodes)
  const twice = nodes.find(
    ({ referenceId }, index) =>
      nodes.findIndex((other) => other.referenceId === referenceId) < index,
  )
  if (twice !== undefined) return failed(twice.referenceId, [duplicateReference])
  const transaction = call.org.begin()
  const results: Created[] = []
  for (const root of roots) {
    const problem = createNode(call, root, null, results)
    if (problem !== null) {
      transaction.rollBack()
      return problem
    }
  }
  transaction.commit()
  return reply(201, { hasErrors: false, results })
}

/** The answer to the whole request where the node or one below it was refused. */
function createNode(
  call: Call,
  { type, referenceId, values, parentField, children }: Node,
  parentId: string | null,
  results: Created[],
): Reply<WireTreeResponse> | null {
  const own = parentField === null ? values : { ...values, [parentField]: parentId }
  let id: string
  try {
    id = createRecord(writeContext(call), type, own)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const problems = error.problems.map(({ code, message, fields }) => ({
      statusCode: code,
      message,
      fields,
    }))
    return failed(referenceId, problems)
  }
  results.push({ referenceId, id })
  for (const child of children) {
    const problem = createNode(call, child, id, results)
    if (problem !== null) return problem
  }
  return null
}

function failed(referenceId: string, errors: readonly WireRowError[]): Reply<WireTreeResponse> {
  return reply(400, { hasErrors: true, results: [{ referenceId, errors }] })
}

const duplicateReference: WireRowError = {
  statusCode: 'INVALID_INPUT',
  message: 'Duplicate ReferenceId provided in the request.',
  fields: [],
}

function nodeIn(
  call: Call,
  record: Json,
  parentField: string | null,
  expected: ObjectType,
  level: number,
): Node {
  if (!isJsonObject(record)) throw parserError('every record must be an object')
  const name = attributeType(record)
  const type = name === null ? null : typeNamed(call, name)
  if (type !== expected)
    throw refused('INVALID_INPUT', `a record here must be of type ${expected.name}`)
  if (level > mostLevels) throw refused('LIMIT_EXCEEDED', `a tree has at most ${mostLevels} levels`)
  const { attributes, ...members } = record
  const referenceId = isJsonObject(attributes) ? attributes['referenceId'] : null
  if (typeof referenceId !== 'string')
    throw parserError('every record needs attributes.referenceId')
  const values: Record<string, Json> = {}
  const children: Node[] = []
  for (const [member, value] of Object.entries(members)) {
    const below = childrenIn(call, type, member, value)
    if (below === null) values[member] = value
    else {
      const { child, field, records } = below
      children.push(...records.map((one) => nodeIn(call, one, field, child, level + 1)))
    }
  }
  return { type, referenceId, values, parentField, children }
}

/** Null for a member that is no list of children. */
function childrenIn({ org }: Call, type: ObjectType, name: string, value: Json) {
  if (!isJsonObject(value) || !Array.isArray(value['records'])) return null
  for (const child of org.types()) {
    const field = child
      .fields()
      .find(
        ({ childRelationshipName, referenceTo }) =>
          referenceTo.includes(type.name) &&
          childRelationshipName?.toLowerCase() === name.toLowerCase(),
      )
    if (field !== undefined) {
      return { child, field: field.name, records: listOf(value['records'], name) }
    }
  }
  throw refused('INVALID_FIELD', `No such relation '${name}' on sobject of type ${type.name}`)
}

function everyone(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap(everyone)]
}

function refuseTooMany(nodes: readonly Node[]): void {
  const types = new Set(nodes.map(({ type }) => type.name))
  if (nodes.length <= mostRecords && types.size <= mostTypes) return
  const message = `a request has at most ${mostRecords} records of ${mostTypes} types in all of its trees`
  throw refused('LIMIT_EXCEEDED', message)
}
