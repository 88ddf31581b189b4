/** Use case: reads the CRM back and tells, or settles, where it moved away from what was confirmed. */
import {
  type Drift,
  verify,
  type VerifyOptions,
  type VerifyReport,
} from '../../engine/push/verify.ts'
import type { PushSync } from '../../model/sync.ts'
import { callsSince, type EndpointCount } from '../call-counts.ts'
import { holdSync } from '../run/follow-rename.ts'
import { namingLocalCrm } from '../local/local-crm.ts'
import { maskSensitive } from './mask-sensitive.ts'
import { openCollaborators } from './open-collaborators.ts'
import { stopped } from '../run/stop-watch.ts'
import type { Workspace } from '../workspace/workspace.ts'

export type { Drift }

/** A report with what verifying asked of the CRM. */
export interface VerifyResult extends VerifyReport {
  readonly calls: readonly EndpointCount[]
}

export interface VerifyRequest extends VerifyOptions {
  readonly signal: AbortSignal
}

/**
 * Sends nothing that writes, so a sync that is paused or may not write can be verified. Values of
 * sensitive fields are masked.
 */
export async function verifySync(
  workspace: Workspace,
  sync: PushSync,
  { signal, settle, samples }: VerifyRequest,
): Promise<VerifyResult> {
  const lease = await holdSync(workspace, sync, { signal })
  try {
    const collaborators = await openCollaborators(workspace, sync, {
      readsEndAt: () => signal,
      progress: () => undefined,
    })
    const { crm } = collaborators
    const before = crm.calls()
    const report = await verify(collaborators, lease, { settle, samples })
    const mask = maskSensitive(sync)
    return {
      ...report,
      samples: report.samples.map((drift) => {
        if (drift.field === null) return drift
        const [confirmed, found] = [drift.confirmed, drift.found].map((value) =>
          mask.value(drift.field ?? '', value),
        )
        return { ...drift, confirmed: confirmed ?? null, found: found ?? null }
      }),
      calls: callsSince(before, crm.calls()),
    }
  } catch (error) {
    if (signal.aborted) throw stopped(signal, error)
    throw namingLocalCrm(workspace.project.connections.get(sync.crm), error)
  } finally {
    await lease.release()
  }
}
