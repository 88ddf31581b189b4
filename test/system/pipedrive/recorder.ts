/** Notes, on the CRM's side, which records it showed in which answer, at which time and after which write. */
import type { PipedriveSimulator } from '../../../src/simulator/pipedrive/simulator.ts'
import { type Table, tables } from './columns.ts'

/** One answer that showed records. */
export interface Shown {
  readonly table: Table
  /** By the CRM's clock, epoch milliseconds. */
  readonly at: number
  /** The last write before it. */
  readonly seq: number
  /** The records that were asked for by id; null for a page of a list. */
  readonly asked: readonly string[] | null
  /** Those that the answer has. */
  readonly ids: readonly string[]
}

export interface Recorder {
  /** What was shown since it was asked before. */
  take(): readonly Shown[]
  /** Called after each page of a list; null for nothing. */
  afterPage: (() => void) | null
}

export function recordAnswers(simulator: PipedriveSimulator): Recorder {
  let shown: Shown[] = []
  const recorder: Recorder = {
    take: () => {
      const taken = shown
      shown = []
      return taken
    },
    afterPage: null,
  }
  const handle = simulator.handle.bind(simulator)
  simulator.handle = (request) => {
    const place = request.method === 'GET' ? placeOf(request.url) : null
    if (place === null) return handle(request)
    const [at, seq] = [simulator.time(), simulator.log().at(-1)?.seq ?? 0]
    const result = handle(request)
    shown.push({ ...place, at, seq, ids: idsIn(result.response.body) })
    if (place.asked === null) recorder.afterPage?.()
    return result
  }
  return recorder
}

function placeOf(url: string): Pick<Shown, 'table' | 'asked'> | null {
  const { pathname, searchParams } = new URL(url, 'http://crm')
  const [, name, id] = /^\/api\/v[12]\/([a-z]+)(?:\/(\w+))?$/.exec(pathname) ?? []
  const table = tables.find((one) => one === name)
  if (table === undefined || id === 'me') return null
  if (id !== undefined && id !== 'archived') return { table, asked: [id] }
  return { table, asked: searchParams.get('ids')?.split(',') ?? null }
}

/** None in the answer that there is no such record. */
function idsIn(body: string): readonly string[] {
  const { data }: { readonly data?: unknown } = JSON.parse(body)
  const records: readonly unknown[] = Array.isArray(data) ? data : [data]
  return records.flatMap((record) =>
    typeof record === 'object' && record !== null ? [String(Reflect.get(record, 'id'))] : [],
  )
}
