/** All commands, in the order of the help. */
import type { Command } from '../command.ts'
import { adopt } from './adopt.ts'
import { apply } from './apply.ts'
import { cancel } from './cancel.ts'
import { check } from './check.ts'
import { demo } from './demo.ts'
import { discover } from './discover.ts'
import { erase } from './erase.ts'
import { explain } from './explain.ts'
import { init } from './init.ts'
import { limits } from './limits.ts'
import { pause, resume } from './pause.ts'
import { plan } from './plan.ts'
import { reconcile } from './reconcile.ts'
import { replay } from './replay.ts'
import { retry } from './retry.ts'
import { run } from './run.ts'
import { runs } from './runs.ts'
import { simulate } from './simulate.ts'
import { state } from './state.ts'
import { status } from './status.ts'
import { validate } from './validate.ts'
import { verify } from './verify.ts'

export const commands: readonly Command[] = [
  demo,
  init,
  validate,
  check,
  discover,
  plan,
  apply,
  adopt,
  run,
  reconcile,
  replay,
  retry,
  verify,
  status,
  runs,
  explain,
  pause,
  resume,
  cancel,
  erase,
  limits,
  state,
  simulate,
]
