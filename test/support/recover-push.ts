/** `state recover` of a push, as work of a process. */
import { type RecoveredState, recoverState } from '../../src/engine/push/recover-state.ts'
import type { Work } from './world.ts'

export const recoverPush: Work<RecoveredState> = (collaborators, lease) =>
  recoverState(collaborators, lease, { erasedAgain: false })

export const recoverErasedAgain: Work<RecoveredState> = (collaborators, lease) =>
  recoverState(collaborators, lease, { erasedAgain: true })
