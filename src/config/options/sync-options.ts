/** What a sync file may say, by its `type`. */
import type { z } from 'zod'
import type { SyncType } from '../../model/sync.ts'
import { type PullOptions, pullOptions } from './pull-options.ts'
import { type PushOptions, pushOptions } from './push-options.ts'

export type SyncOptions = PushOptions | PullOptions

export const syncDeclarations: Readonly<Record<SyncType, z.ZodType<SyncOptions>>> = {
  push: pushOptions,
  pull: pullOptions,
}
