/** Which addresses secrets and records may be sent to: encrypted ones, and this very machine. */
import { z } from 'zod'

/** Whether the address is of this machine, where nobody listens in between. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
}

export function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(url))
}

/** An option that holds such an address. */
export const safeAddress = z
  .url({ protocol: /^https?$/ })
  .refine(
    isSafe,
    'must begin with https, as secrets are sent to it; http is for this machine alone',
  )
