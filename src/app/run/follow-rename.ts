/** A sync that says `renamed_from` takes over what its former name left, before anything is done under the new one. */
import { sharedTables } from '../../core/sql/names.ts'
import { renamePull, renameStanding } from '../../engine/pull/rename.ts'
import { renamePush } from '../../engine/push/rename.ts'
import type { LeaseKeeper } from '../../engine/context.ts'
import type { RenameContext } from '../../engine/rename.ts'
import { isOf, type PullSync, type Sync } from '../../model/sync.ts'
import { systemClock } from '../system-clock.ts'
import { isWaiting } from '../waits.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { type HeldLease, holdLease, type WaitOptions } from './lease-keeper.ts'

export interface HoldOptions extends WaitOptions {
  /** Whether a person said that state and warehouse belong together; false unless said. */
  readonly isVouched?: boolean | undefined
}

/** As `holdLease`, of a sync that may have had another name. Throws `ledger.busy` also while that is at work somewhere. */
export async function holdSync(
  workspace: Workspace,
  sync: Sync,
  options: HoldOptions = {},
): Promise<HeldLease> {
  await followRename(workspace, sync, options)
  return hold(workspace, sync.name, options)
}

export async function followRename(
  workspace: Workspace,
  sync: Sync,
  options: HoldOptions = {},
): Promise<void> {
  const { renamedFrom } = sync
  if (renamedFrom === null) return
  if (isOf('pull', sync)) return followPull(workspace, sync, renamedFrom, options)
  const ledger = await workspace.ledger()
  const isKnown = (await ledger.syncs()).some((one) => one.sync === renamedFrom)
  if (!isKnown) return
  const lease = await hold(workspace, renamedFrom, options)
  try {
    await renamePush(await contextOf(workspace, sync, lease, options))
  } finally {
    await lease.release()
  }
}

async function followPull(
  workspace: Workspace,
  sync: PullSync,
  from: string,
  options: HoldOptions,
): Promise<void> {
  const context = await lookContext(workspace, sync, from)
  const standing = await renameStanding(context)
  if (standing === 'done') return
  try {
    await underBoth(workspace, sync, from, options, async (lease, ownLease) => {
      await renamePull({ ...(await contextOf(workspace, sync, lease, options)), sync, ownLease })
    })
  } catch (error) {
    // What another process with old files left behind keeps nobody from going on.
    if (standing !== 'left' || !isWaiting(error)) throw error
  }
}

async function underBoth(
  workspace: Workspace,
  { name }: Sync,
  from: string,
  options: HoldOptions,
  work: (lease: LeaseKeeper, ownLease: LeaseKeeper) => Promise<void>,
): Promise<void> {
  const lease = await hold(workspace, from, options)
  try {
    const ownLease = await hold(workspace, name, options)
    try {
      await work(lease, ownLease)
    } finally {
      await ownLease.release()
    }
  } finally {
    await lease.release()
  }
}

async function hold(workspace: Workspace, name: string, options: WaitOptions): Promise<HeldLease> {
  return holdLease(await workspace.ledger(), systemClock, name, workspace.owner, options)
}

async function lookContext(
  workspace: Workspace,
  sync: Sync,
  from: string,
): Promise<Pick<RenameContext, 'dialect' | 'from' | 'ledger' | 'shared' | 'to' | 'warehouse'>> {
  const warehouse = await workspace.warehouse(sync.warehouse)
  const shared = sharedTables(workspace.project.workingSchema)
  const ledger = await workspace.ledger()
  return { dialect: warehouse.dialect, from, ledger, shared, to: sync.name, warehouse }
}

async function contextOf(
  workspace: Workspace,
  sync: Sync,
  lease: LeaseKeeper,
  { isVouched = false }: HoldOptions,
): Promise<RenameContext> {
  const looked = await lookContext(workspace, sync, lease.current().sync)
  return {
    ...looked,
    type: sync.type,
    isVouched,
    lease,
    stateId: await looked.ledger.stateId(),
    workingSchema: workspace.project.workingSchema,
    clock: systemClock,
    random: Math.random,
  }
}
