import { createHubSpot } from './hubspot.ts'
import { noLimits } from './rate-limits.ts'
const props = Array.from({ length: 19 }, (_, i) => ({
  name: `p_${i}`,
  type: i % 3 === 0 ? ('number' as const) : ('string' as const),
  fieldType: i % 3 === 0 ? 'number' : 'text',
}))
const hs = createHubSpot({ limits: noLimits, state: { properties: { contacts: props } } })
const N = Number(process.argv[2] ?? 1000)
const bodies = (b: number) =>
  JSON.stringify({
    inputs: Array.from({ length: 100 }, (_, i) => ({
      objectWriteTraceId: `t${i}`,
      properties: {
        email: `user${b * 100 + i}@example.com`,
        ...Object.fromEntries(
          props.map((p, j) => [
            p.name,
            p.type === 'number' ? String(b * 100 + i + j) : `value ${b * 100 + i} ${j}`,
          ]),
        ),
      },
    })),
  })
let spent = 0
for (let b = 0; b < N; b++) {
  const body = bodies(b)
  const t = performance.now()
  const r = hs.handle({
    method: 'POST',
    url: '/crm/v3/objects/contacts/batch/create',
    headers: { authorization: 'Bearer pat-local' },
    body,
  })
  spent += performance.now() - t
  if (r.response.status !== 201) throw new Error(r.response.body)
}
console.log(
  'create ms/batch',
  spent / N,
  'rss MB',
  process.memoryUsage().rss / 1e6,
  'heap',
  process.memoryUsage().heapUsed / 1e6,
)
