import { describe, expect, it } from 'vitest'
import { editDistance, nearest, nearestOnes } from './nearest.ts'

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['upsert', 'upsert', 0],
    ['upsrt', 'upsert', 1],
    ['usprt', 'upsert', 2],
    ['uspert', 'upsert', 1],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
  ])('of %j and %j is %i, both ways', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})

describe('nearest', () => {
  it.each([
    ['removed_row', ['mode', 'removed_rows', 'fields'], 'removed_rows'],
    ['RemovedRows', ['removed_rows'], 'removed_rows'],
    ['if-empty', ['if_unchanged', 'if_empty'], 'if_empty'],
    ['hubspto', ['hubspot', 'duckdb'], 'hubspot'],
    ['kye', ['key', 'keys'], 'key'],
    ['schedule', ['shared', 'after'], null],
    ['x', [], null],
  ])('to %j among %j is %j', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected)
  })
})

describe('nearestOnes', () => {
  it('gives so many as are asked for, the nearest first and equals in their order, however far', () => {
    const names = ['Berlin', 'Bern', 'Brno', 'Oslo']
    expect(nearestOnes('bern', names, 2)).toEqual(['Bern', 'Berlin'])
    expect(nearestOnes('xxxx', names, 9)).toEqual(['Bern', 'Brno', 'Oslo', 'Berlin'])
  })
})
