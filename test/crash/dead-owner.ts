/** A name under which a process of a story holds what it holds: whoever comes next finds that it is gone, as a killed process is. */
import { newProcessName } from '../../src/app/process-name.ts'

/** No process of this machine has it. */
const goneProcess = 4_999_999

export function deadOwner(): string {
  return newProcessName().replace(/:\d+:/, `:${goneProcess}:`)
}
