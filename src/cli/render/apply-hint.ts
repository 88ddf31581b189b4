/** How to apply a stored plan; the command stands in a line of its own, to be copied. */

export function applyHint(runId: string): readonly string[] {
  return ['  apply exactly this plan:', `    \`syncline apply ${runId}\``]
}
