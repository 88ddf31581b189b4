#!/usr/bin/env node
/** Starts the program, once it is certain that this Node can run it: an older one fails somewhere in the middle. */
import { wrongNode } from './node-version.ts'

const wrong = wrongNode(process.versions.node)
if (wrong === null) {
  await import('./process.ts')
} else {
  process.stderr.write(`${wrong}\n`)
  // A wrong request, as docs/command-line.md lists exit codes.
  process.exitCode = 2
}
