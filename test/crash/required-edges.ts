/**
 * What the crash matrix must kill, read from the code itself: the calls of the seams in the
 * modules that a push is made of, and the transitions of a run.
 */
import { readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { runEvents, runStates, runTransitions } from '../../src/model/run.ts'

const root = resolve(import.meta.dirname, '../..')

/** Calls like `crm.create` and `warehouse.query` in everything that `entry` imports from the engine. */
export function callsOf(entry: string): ReadonlySet<string> {
  const calls = new Set<string>()
  for (const file of engineModules(resolve(root, entry))) {
    const text = readFileSync(file, 'utf8')
    for (const [, seam, method] of text.matchAll(/\b(ledger|crm|bulk|session)\s*\.\s*(\w+)\(/g)) {
      calls.add(`${seam === 'session' ? 'warehouse' : seam}.${method}`)
    }
    for (const [, method] of text.matchAll(/\bwarehouse\s*\.\s*(\w+)\(/g)) {
      calls.add(`warehouse.${method}`)
    }
  }
  return calls
}

function engineModules(entry: string): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (file: string): void => {
    if (found.has(file) || !relative(root, file).startsWith('src/engine/')) return
    found.add(file)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
      visit(resolve(dirname(file), path ?? ''))
    }
  }
  visit(entry)
  return found
}

/** All transitions of the table, as `state/event`. */
export function allTransitions(): readonly string[] {
  return runStates.flatMap((state) =>
    runEvents
      .filter((event) => runTransitions[state][event] !== null)
      .map((event) => `${state}/${event}`),
  )
}
