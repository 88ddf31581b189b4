/** How JavaScript's heap grows in a process that pushes; see docs/decisions/20261121-small-heap.md. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Of the young generation, both halves: with less, collections take longer than they save. */
const youngBytes = 32 * 1024 * 1024
const lookMs = 50

/**
 * V8 trades memory for speed: it lets the young generation grow to over 100 MB, and collects the old one
 * when that has become several times what was in use. A push needs some 40 MB, whatever its size.
 * Gives what ends this.
 */
export function keepHeapSmall(): () => void {
  // The old generation is collected at 1.5 times what the last collection left.
  setFlagsFromString('--heap-growing-percent=50')
  // Node takes a limit of the young generation only at its start. But V8 reads by how much it is to grow
  // whenever it is about to; and since it may shrink as well, somebody has to look.
  const timer = setInterval(() => grow(youngSize() < youngBytes ? 2 : 1), lookMs).unref()
  return () => {
    clearInterval(timer)
    grow(2)
    setFlagsFromString('--heap-growing-percent=0')
  }
}

function grow(factor: 1 | 2): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`)
}

function youngSize(): number {
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
  return young?.space_size ?? 0
}
