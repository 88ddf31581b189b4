/**
 * One interpreter in a WebAssembly memory of its own, with the person's file loaded. It is never
 * cleaned up but dropped as a whole: after a stop in the middle its heap is in no known state, and
 * freeing it would end the process's only chance to say why.
 */
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten'
import type { Clock } from '../model/clock.ts'
import { transformErrors } from './errors.ts'
import type { SandboxLimits } from './limits.ts'
import { prelude } from './prelude.ts'
import type { TransformSource } from './sandbox.ts'

export type Ran =
  | { readonly ok: true; readonly answer: string }
  /** Stopped or broken, and not to be used again. */
  | {
      readonly ok: false
      readonly message: string
      /** Where it was, as the interpreter tells it; else where the row function begins, or empty. */
      readonly stack: string
    }

/** The libraries that the compiler is told of declare it for browsers only. */
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => object
}

const pageBytes = 64 * 1024
/** What the interpreter was compiled to begin with. */
const initialPages = 256
/** Keeps the interpreter's own stack well inside that of the thread it runs on. */
const stackBytes = 128 * 1024

export class QuickJsSandbox {
  readonly #context: QuickJSContext
  readonly #watch: Watch
  readonly #limits: SandboxLimits
  readonly #run: QuickJSHandle
  readonly #begins: Beginning
  /** Whether no row has gone through it yet. */
  fresh = true

  private constructor(
    context: QuickJSContext,
    watch: Watch,
    limits: SandboxLimits,
    run: QuickJSHandle,
    begins: Beginning,
  ) {
    this.#context = context
    this.#watch = watch
    this.#limits = limits
    this.#run = run
    this.#begins = begins
  }

  static async start(
    source: TransformSource,
    limits: SandboxLimits,
    clock: Pick<Clock, 'monotonic'>,
  ): Promise<QuickJsSandbox> {
    // Loaded when first needed: most syncs have no transform.
    const { newQuickJSWASMModule, newVariant, RELEASE_SYNC } = await import('quickjs-emscripten')
    // The interpreter's own limit doesn't see small allocations, so the memory itself is the limit.
    const wasmMemory = new WebAssembly.Memory({
      initial: initialPages,
      maximum: Math.max(initialPages, Math.floor(limits.memoryBytes / pageBytes)),
    })
    const module = await newQuickJSWASMModule(newVariant(RELEASE_SYNC, { wasmMemory }))
    const runtime = module.newRuntime()
    runtime.setMaxStackSize(stackBytes)
    const watch = new Watch(runtime, clock)
    const context = runtime.newContext()
    const install = context.unwrapResult(context.evalCode(prelude, 'prelude', { type: 'global' }))
    const transform = watch.during(limits.loadMs, () => loadTransform(context, source))
    const run = context.unwrapResult(context.callFunction(install, context.undefined, transform))
    const begins = { file: source.file, line: lineOf(context, transform) }
    return new QuickJsSandbox(context, watch, limits, run, begins)
  }

  #beginning(): string {
    const { file, line } = this.#begins
    return line === null ? '' : `${file}:${line}`
  }

  /** Sends rows through the row function; all of them together within the time of one. */
  run(rows: string): Ran {
    const context = this.#context
    this.fresh = false
    try {
      const input = context.newString(rows)
      const result = this.#watch.during(this.#limits.rowMs, () =>
        context.callFunction(this.#run, context.undefined, input),
      )
      input.dispose()
      if (result.error === undefined) {
        return { ok: true, answer: result.value.consume((answer) => context.getString(answer)) }
      }
      const thrown = describe(context, result.error)
      const stack = thrown.stack.includes(this.#begins.file) ? thrown.stack : this.#beginning()
      return { ok: false, message: stopMessage(thrown, this.#limits), stack }
    } catch (error) {
      // The interpreter itself broke, by the thread's stack or an assertion of its own.
      const message = `broke the sandbox: ${String(error)}`
      return { ok: false, message, stack: this.#beginning() }
    }
  }
}

/** Interrupts what runs longer than it may. */
class Watch {
  readonly #clock: Pick<Clock, 'monotonic'>
  #deadline = Number.POSITIVE_INFINITY

  constructor(runtime: QuickJSRuntime, clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
    runtime.setInterruptHandler(() => clock.monotonic() > this.#deadline)
  }

  during<T>(ms: number, work: () => T): T {
    this.#deadline = this.#clock.monotonic() + ms
    try {
      return work()
    } finally {
      this.#deadline = Number.POSITIVE_INFINITY
    }
  }
}

/** Where the row function begins; the line is null where the interpreter does not tell. */
interface Beginning {
  readonly file: string
  readonly line: number | null
}

function lineOf(context: QuickJSContext, transform: QuickJSHandle): number | null {
  const line = context.getProp(transform, 'lineNumber')
  return context.typeof(line) === 'number' ? context.getNumber(line) : null
}

/** The file's default function. */
function loadTransform(context: QuickJSContext, { file, text }: TransformSource): QuickJSHandle {
  const result = context.evalCode(text, file, { type: 'module' })
  if (result.error !== undefined) throw loadError(file, describe(context, result.error))
  const state = context.getPromiseState(result.value)
  const refuse = (what: string): Error =>
    transformErrors.load({ message: `${file} ${what}.`, place: { file } })
  if (state.type === 'pending') throw refuse('waits for something, which a transform can’t')
  if (state.type === 'rejected') throw loadError(file, describe(context, state.error))
  const transform = context.getProp(state.value, 'default')
  if (context.typeof(transform) !== 'function') throw refuse('exports no default function')
  return transform
}

interface Thrown {
  readonly name: string
  readonly message: string
  readonly stack: string
}

function describe(context: QuickJSContext, error: QuickJSHandle): Thrown {
  const text = (name: string): string => {
    const property = context.getProp(error, name)
    return context.typeof(property) === 'string' ? context.getString(property) : ''
  }
  // With no memory left for an error the interpreter throws null.
  if (context.sameValue(error, context.null)) {
    return { name: 'InternalError', message: 'out of memory', stack: '' }
  }
  if (context.typeof(error) !== 'object') {
    return { name: '', message: `threw ${context.getString(error)}`, stack: '' }
  }
  return { name: text('name'), message: text('message'), stack: text('stack') }
}

function loadError(file: string, { name, message, stack }: Thrown): Error {
  const at = stack.indexOf(`${file}:`)
  const [line, column] = at < 0 ? [] : stack.slice(at + file.length + 1).split(/\D+/, 2)
  const place = {
    file,
    ...(line === undefined || line === '' ? {} : { line: Number(line) }),
    ...(column === undefined || column === '' ? {} : { column: Number(column) }),
  }
  const where = place.line === undefined ? file : `${file}:${place.line}`
  if (name === 'SyntaxError') {
    return transformErrors.syntax({ message: `${where}: ${message}`, place })
  }
  const told = name === '' ? message : `${name}: ${message}`
  return transformErrors.load({ message: `${where}: ${told}`, place })
}

function stopMessage({ name, message }: Thrown, { rowMs, memoryBytes }: SandboxLimits): string {
  if (name !== 'InternalError') return `broke the sandbox: ${name}: ${message}`
  switch (message) {
    case 'interrupted':
      return `took more than ${rowMs} ms`
    case 'out of memory':
      return `used more than ${Math.floor(memoryBytes / 1024 / 1024)} MB`
    default:
      return `went too far: ${message}`
  }
}
