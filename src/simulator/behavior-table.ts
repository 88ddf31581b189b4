/** For tests: reads the table of a BEHAVIOR.md, and the code that builds response bodies, and says what is wrong. */

/** One statement of the contract: section, statement, tests or reason. */
export type BehaviorRow = readonly string[]

export function behaviorRows(markdown: string): readonly BehaviorRow[] {
  const [, contract = ''] = markdown.split('## The contract')
  return contract
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()))
}

/**
 * The tests that are named and don't exist, and the statements with neither test nor reason. A reason
 * begins with one of `reasons` and a colon; `read` gives the text of a file of the folder.
 */
export function unprovenRows(
  rows: readonly BehaviorRow[],
  reasons: readonly string[],
  read: (file: string) => string,
): readonly string[] {
  const wrong: string[] = []
  for (const [, statement = '', cell = ''] of rows) {
    const tests = [...cell.matchAll(/`([a-z/-]+(?:\.integration)?\.test\.ts): ([^`]+)`/g)]
    const reason = reasons.some(
      (one) => cell.startsWith(`${one}: `) && cell.length > one.length + 2,
    )
    if (tests.length === 0 && !reason) wrong.push(statement)
    for (const [, file = '', name = ''] of tests) {
      const source = read(file)
      const found = [`'${name}'`, `"${name}"`].some((quoted) => source.includes(quoted))
      if (!found) wrong.push(`${file}: ${name}`)
    }
  }
  return wrong
}

/** The words by which code gets around its types: `as`, `any`, `unknown`. */
export function typeEscapes(code: string): readonly string[] {
  const bare = code
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/import (?:type )?\* as \w+/g, '')
    .replace(/`[^`]*`|'[^'\n]*'/g, "''")
    .replace(/\bas const\b/g, '')
  return bare.match(/\b(as|any|unknown)\b/g) ?? []
}
