/** How to apply a stored plan, as a line that can be copied. */

export function applyHint(runId: string): string {
  return `  apply exactly this plan: \`syncline apply ${runId}\``
}
