/** Problems as text for a terminal: the place first, so that editors can jump to it. */
import type { Problem } from './problem.ts'

export function formatProblem(problem: Problem): string {
  const lines = [`${placeText(problem)}: ${problem.message} [${problem.code}]`]
  if (problem.path !== null) lines.push(`  path:     ${problem.path}`)
  if (problem.expected !== null) lines.push(`  expected: ${problem.expected}`)
  if (problem.found !== null) lines.push(`  found:    ${problem.found}`)
  if (problem.nearest !== null) lines.push(`  nearest:  ${problem.nearest}`)
  lines.push(`  do:       ${problem.remedy}`)
  return lines.join('\n')
}

/** All of them, in the order of files and lines, with a count at the end. */
export function formatProblems(problems: readonly Problem[]): string {
  const files = new Set(problems.map((one) => one.file)).size
  const total = `${count(problems.length, 'problem')} in ${count(files, 'file')}`
  return [...sortProblems(problems).map(formatProblem), total].join('\n\n')
}

export function sortProblems(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) =>
      compare(a.file, b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      compare(a.code, b.code),
  )
}

function placeText({ file, line, column }: Problem): string {
  if (line === null) return file
  return column === null ? `${file}:${line}` : `${file}:${line}:${column}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
