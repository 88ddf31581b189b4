/** A request to a local Pipedrive past our reader: what other programs and people do. */
import { localToken } from '../../src/simulator/pipedrive/pipedrive.ts'

/** Gives the answer's `data`; throws on an answer that refuses. */
export async function askPipedrive(
  { url }: { readonly url: string },
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'x-api-token': localToken, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
  return ((await response.json()) as { readonly data: unknown }).data
}
