/** All commands, in the order of the help. */
import type { Command } from '../command.ts'
import { plan } from './plan.ts'
import { run } from './run.ts'
import { simulate } from './simulate.ts'
import { validate } from './validate.ts'

export const commands: readonly Command[] = [validate, plan, run, simulate]
