/** What two histories that went the same way differ in: ids by chance, and times of the machine's clock. */

/** Also those of processes and pulls, which are counted over all histories. */
const drawn =
  /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b|\b[\da-f]{32}\b|\bworker-\d+\b|<name>_\d+\b|[\w.-]+:\d+:[\da-f]{12}:[\da-f]{8}\b|\d{8}t\d{6}_[\da-z]{6}/g

/** They become the order in which they come. */
export function withoutChance(text: string): string {
  const ids = new Map<string, number>()
  return text.replaceAll(drawn, (id) => {
    const number = ids.get(id) ?? ids.size
    ids.set(id, number)
    return `<id ${number}>`
  })
}

/** In an order in which ids have no part. */
export function sortedWithoutChance(texts: readonly string[]): readonly string[] {
  const bare = new Map(texts.map((text) => [text, text.replaceAll(drawn, '')]))
  const order = (text: string): string => bare.get(text) ?? text
  return texts.toSorted((a, b) => (order(a) < order(b) ? -1 : Number(order(a) > order(b))))
}

const minuteMs = 60_000
/** No history lasts as long. */
const dayMs = 1_440 * minuteMs
/** In milliseconds since the epoch, or as a timestamp of UTC. */
const times = /\b\d{13}\b|\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?/g

/** Times of the machine's clock become whole minutes since then: no two processes are at an edge at the same millisecond. */
export function inMinutes(text: string, since: number): string {
  return text.replaceAll(times, (time) => {
    const at = time.includes('-') ? Date.parse(`${time.replace(' ', 'T')}Z`) : Number(time)
    const passed = at - since
    return passed >= 0 && passed < dayMs ? `<minute ${Math.floor(passed / minuteMs)}>` : time
  })
}
