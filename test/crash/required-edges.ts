/**
 * What the crash matrix must kill, read from the code itself: the calls of the seams in the
 * modules that a push is made of, and the transitions of a run.
 */
import { readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import {
  type FirstRunState,
  type RunState,
  runEvents,
  runTransitions,
} from '../../src/model/run.ts'

const root = resolve(import.meta.dirname, '../..')

/** Calls like `crm.create` and `warehouse.query` in `entry` and in everything that it imports from the engine. */
export function callsOf(entry: string): ReadonlySet<string> {
  const calls = new Set<string>()
  for (const file of engineModules(resolve(root, entry))) {
    const text = readFileSync(file, 'utf8')
    // The associations of a sync are a list, and no seam.
    for (const [, seam, method] of text.matchAll(
      /(?<!\bsync\s*\.\s*)\b(ledger|crm|reader|bulk|associations|session|subscriptions)\s*\.\s*(\w+)\(/g,
    )) {
      calls.add(`${seam === 'session' ? 'warehouse' : seam}.${method}`)
    }
    for (const [, method] of text.matchAll(/\bwarehouse\s*\.\s*(\w+)\(/g)) {
      calls.add(`warehouse.${method}`)
    }
    // An opened one is asked for by `(await workspace.journal())`.
    for (const [, method] of text.matchAll(/\bjournal(?:\(\)\))?\s*\.\s*(\w+)\(/g)) {
      calls.add(`journal.${method}`)
    }
  }
  return calls
}

function engineModules(entry: string): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (file: string): void => {
    const isMeant = file === entry || relative(root, file).startsWith('src/engine/')
    if (found.has(file) || !isMeant) return
    found.add(file)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
      visit(resolve(dirname(file), path ?? ''))
    }
  }
  visit(entry)
  return found
}

/** The transitions that a run can come to which begins in `first`, as `state/event`. */
export function transitionsFrom(first: FirstRunState): readonly string[] {
  const reached = new Set<RunState>([first])
  const found: string[] = []
  // A set goes on to what is added to it meanwhile.
  for (const state of reached) {
    for (const event of runEvents) {
      const next = runTransitions[state][event]
      if (next === null) continue
      reached.add(next)
      found.push(`${state}/${event}`)
    }
  }
  return found
}
