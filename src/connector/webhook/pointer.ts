/** JSON pointers (RFC 6901): `/data/id`, with `~1` for a slash in a name and `~0` for a tilde; the empty one is the whole. */
import { isObject } from '../http/json.ts'

/** What a pointer that is text may look like. */
export const pointerPattern = /^(\/([^/~]|~[01])*)*$/

/** Undefined where there is nothing. */
export function valueAt(json: unknown, pointer: string): unknown {
  let value = json
  for (const step of stepsOf(pointer)) {
    if (Array.isArray(value)) value = /^(0|[1-9]\d*)$/.test(step) ? value[Number(step)] : undefined
    else value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
  }
  return value
}

/** The name that a pointer ends in, where it leads into what the other points to; null for elsewhere. */
export function nameWithin(pointer: string, outer: string): string | null {
  const [steps, before] = [stepsOf(pointer), stepsOf(outer)]
  if (steps.length !== before.length + 1) return null
  return before.every((step, index) => steps[index] === step) ? (steps.at(-1) ?? null) : null
}

function stepsOf(pointer: string): readonly string[] {
  const steps = pointer.split('/').slice(1)
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}
