import { describe, expect, it } from 'vitest'
import { Redactor } from '../config/references/redactor.ts'
import { Output } from './output.ts'

function caught(isTTY: boolean, json = false) {
  const [out, err]: [string[], string[]] = [[], []]
  const results: unknown[] = []
  const output = new Output(
    {
      stdout: { write: (text) => out.push(text) },
      stderr: { write: (text) => err.push(text), isTTY },
    },
    json,
    (result) => results.push(result),
  )
  return { output, out, err, results }
}

describe('progress', () => {
  it('replaces itself on a terminal, and leaves nothing behind', () => {
    const { output, err } = caught(true)
    output.progress('1 of 2', 'delivering 0')
    output.progress('2 of 2', 'delivering 0')
    output.note('done')
    expect(err).toEqual(['\r\u001b[2K1 of 2', '\r\u001b[2K2 of 2', '\r\u001b[2K', 'done\n'])
  })

  it('is a plain line for each new step elsewhere', () => {
    const { output, err } = caught(false)
    output.progress('1 of 20', 'delivering 0')
    output.progress('2 of 20', 'delivering 0')
    output.progress('3 of 20', 'delivering 1')
    expect(err).toEqual(['1 of 20\n', '3 of 20\n'])
  })

  it('is silent where the result is JSON', () => {
    const { output, err } = caught(true, true)
    output.progress('1 of 2', 'delivering 0')
    expect(err).toEqual([])
  })
})

describe('a result', () => {
  it('is one line of JSON with the version of its format, and lines are not shown', () => {
    const { output, out, results } = caught(false, true)
    output.line('for people')
    output.result({ a: 'b\nc' })
    expect(out).toEqual(['{"format_version":1,"a":"b\\nc"}\n'])
    expect(results).toEqual([{ a: 'b\nc' }])
  })

  it('is told to who asked for it, also where it is not shown', () => {
    const { output, out, results } = caught(false)
    output.result({ a: 1 })
    expect([out, results]).toEqual([[], [{ a: 1 }]])
  })
})

describe('a secret', () => {
  it('is blanked out of everything that is said', () => {
    const redactor = new Redactor()
    redactor.add('pat-na1-secret')
    const texts = [true, false].flatMap((json) => {
      const { output, out, err } = caught(true, json)
      output.hide(redactor)
      output.line('the token is pat-na1-secret')
      output.result({ token: 'pat-na1-secret' })
      output.note('pat-na1-secret')
      output.progress('pat-na1-secret', '')
      return [...out, ...err]
    })
    expect(texts.length).toBeGreaterThan(3)
    expect(texts.join('')).not.toContain('secret')
  })

  it('leaves names and numbers of JSON as they are, whatever the secret', () => {
    const redactor = new Redactor()
    for (const secret of ['token', '1234', 'contact-name']) redactor.add(secret)
    const { output, out } = caught(false, true)
    output.hide(redactor)
    output.result({ token: 'token', rows: 1234, fields: { 'contact-name': [{ pin: '1234' }] } })
    const document =
      '{"format_version":1,"token":"***","rows":1234,"fields":{"contact-name":[{"pin":"***"}]}}'
    expect(out).toEqual([`${document}\n`])
  })
})
