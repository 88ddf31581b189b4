/** What a sync file may say, by its `type`. */
import type { z } from 'zod'
import type { SyncType } from '../../model/sync.ts'
import type { LaterOptions } from '../unknown-keys.ts'
import { laterPullOptions, laterPushOptions } from './later-options.ts'
import { type PullOptions, pullOptions } from './pull-options.ts'
import { type PushOptions, pushOptions } from './push-options.ts'

export type SyncOptions = PushOptions | PullOptions

interface SyncDeclaration {
  readonly options: z.ZodType<SyncOptions>
  readonly later: LaterOptions
}

export const syncDeclarations: Readonly<Record<SyncType, SyncDeclaration>> = {
  push: { options: pushOptions, later: laterPushOptions },
  pull: { options: pullOptions, later: laterPullOptions },
}
