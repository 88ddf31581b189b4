/** The process: signals in, exit code out. */
import { processVariables } from '../config/references/variables.ts'
import { runCli } from './cli.ts'
import { thisProgram } from './this-program.ts'

const stop = new AbortController()
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  // The first asks for an orderly end; a second one, no longer caught, ends the process at once.
  process.once(name, () => stop.abort(new Error(`stopped by ${name}`)))
}

for (const stream of [process.stdout, process.stderr]) {
  // Whoever reads may have had enough (`| head`), which is no reason to leave a run in its middle.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

const variables = processVariables()
process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  variables,
  signal: stop.signal,
  directory: process.cwd(),
  program: thisProgram(variables, process.argv[1] ?? '', process.cwd()),
})
// A request that outlived the time it was given must not keep a stopped process alive, nor the
// channel to a process that started this one.
if (stop.signal.aborted || process.channel !== undefined) process.exit()
