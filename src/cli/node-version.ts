/** Which Node the program needs; nothing is imported here, so that any other can say so. */

/** As `engines` in package.json has it. */
const oldestMajor = 24

/** What to tell who starts the program with this version of Node; null where it does. */
export function wrongNode(version: string): string | null {
  const major = Number(version.split('.')[0])
  if (major >= oldestMajor) return null
  return `Syncline needs Node ${oldestMajor} or newer, and this is Node ${version}. Install it, or choose it where you have several (\`nvm use ${oldestMajor}\`), and start again.`
}
