/**
 * Sends webhooks, one event per request: `node webhook-load.ts <url> <path> <events> <per second>`, with 0
 * for as many as the server takes. Says how long it took, and how long each waited for its answer.
 */
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'

/**
 * Of the CRM's senders, or of the proxy before us. Requests on one connection are read one after the other, so
 * that pipelining would bring no more at once.
 */
const connections = 256
/** How often due events are sent when their rate is given. */
const tickMs = 5

const [url = '', path = '', eventsText, rateText] = process.argv.slice(2)
const [events, rate] = [Number(eventsText), Number(rateText)]
const pool = new Pool(url, { connections })
const latencies = new Float64Array(events)
const body = JSON.stringify(webhook())

await send()
const started = performance.now()
await (rate === 0 ? asFastAsPossible() : atRate())
const ms = performance.now() - started
latencies.sort()
process.stdout.write(`${JSON.stringify({ ms, p50: quantile(0.5), p99: quantile(0.99) })}\n`)
await pool.close()

async function asFastAsPossible(): Promise<void> {
  let next = 0
  const work = async (): Promise<void> => {
    for (let event = next; event < events; event = next) {
      next += 1
      const sent = performance.now()
      await send()
      latencies[event] = performance.now() - sent
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
}

/** Time counts from when an event was due, so that a server that stands still is not spared. */
async function atRate(): Promise<void> {
  const pending: Promise<void>[] = []
  while (pending.length < events) {
    const due = Math.min(events, Math.floor(((performance.now() - started) * rate) / 1000))
    for (let event = pending.length; event < due; event += 1) {
      const at = started + (event * 1000) / rate
      pending.push(
        send().then(() => {
          latencies[event] = performance.now() - at
        }),
      )
    }
    await wait(tickMs)
  }
  await Promise.all(pending)
}

async function send(): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await pool.request({ method: 'POST', path, headers, body })
  answer.body.resume()
  if (!answer.body.readableEnded) await once(answer.body, 'close')
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`)
}

function quantile(share: number): number {
  return latencies[Math.min(events - 1, Math.floor(events * share))] ?? Number.NaN
}

/** About as large as a CRM's: 1 KB. */
function webhook(): object {
  const record = Object.fromEntries(
    Array.from({ length: 26 }, (_, index) => [`field_${index}`, `value ${index * 7919}`]),
  )
  return { meta: { action: 'change', entity: 'deal', id: '4711' }, data: record, previous: {} }
}
