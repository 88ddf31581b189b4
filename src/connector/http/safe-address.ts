/** The option of a connection that holds an address. */
import { z } from 'zod'
import { isSafe } from '../../model/safe-address.ts'

export const safeAddress = z
  .url({ protocol: /^https?$/ })
  .refine(
    isSafe,
    'The address begins with https, as secrets are sent to it; http is for this machine alone.',
  )
