/** Reading and writing single records of the second version. */
import { notFound } from '../wire/api-error.ts'
import { type Call, type Reply, ok, param, userOf } from '../request/call.ts'
import { parseBody } from '../wire/json.ts'
import { titled } from '../wire/objects.ts'
import { viewOf } from './record-list.ts'
import { type V2Object, plainView, viewRecord } from '../views/record-view.ts'
import { type WriteTarget, deleteRecord, writeRecord } from '../writes/record-write.ts'
import type { StoredRecord } from '../store/records.ts'
import { canSee } from '../store/visibility.ts'
import type { Ok, WireRecord } from '../wire/wire.ts'

/** What is deleted is shown for as long as it is kept. */
export function readOne(call: Call, object: V2Object): Reply<Ok<WireRecord>> {
  const record = call.company.table(object).get(param(call, 'id'))
  if (record === null || !canSee(call.company, userOf(call), object, record)) {
    throw notFound(titled(object))
  }
  return ok(viewRecord(viewOf(call), object, record))
}

export function createOne(call: Call, object: V2Object): Reply<Ok<WireRecord>> {
  const made = writeRecord(targetOf(call, object), null, parseBody(call.body))
  const answer = written(call, object, made)
  return object === 'product' ? { ...answer, status: 201 } : answer
}

export function updateOne(call: Call, object: V2Object): Reply<Ok<WireRecord>> {
  const record = activeOne(call, object)
  return written(call, object, writeRecord(targetOf(call, object), record, parseBody(call.body)))
}

export function deleteOne(call: Call, object: V2Object): Reply<Ok<{ readonly id: number }>> {
  const record = activeOne(call, object)
  deleteRecord(targetOf(call, object), record)
  return ok({ id: Number(record.id) })
}

export function targetOf({ company, origin, behaviour }: Call, object: V2Object): WriteTarget {
  return { company, object, origin, behaviour }
}

function activeOne(call: Call, object: V2Object): StoredRecord {
  const record = call.company.table(object).active(param(call, 'id'))
  if (record === null || !canSee(call.company, userOf(call), object, record)) {
    throw notFound(titled(object))
  }
  return record
}

function written(call: Call, object: V2Object, record: StoredRecord): Reply<Ok<WireRecord>> {
  return ok(viewRecord(plainView(call.company, call.behaviour.contactSync), object, record))
}
