/** The cases of a seam's suite, declared with whatever runner brings them to life. */

export interface Case<Place> {
  /** A sentence of fact. */
  readonly name: string
  check(place: Place): Promise<void>
}

/** A runner's own `test`. */
export type Test = (name: string, run: () => Promise<void>) => void

/** Each case gets a place of its own, which is removed however the case ends. */
export function declareCases<Place>(
  cases: readonly Case<Place>[],
  test: Test,
  newPlace: () => Promise<Place & { clean(): Promise<void> }>,
): void {
  for (const { name, check } of cases) {
    test(name, async () => {
      const place = await newPlace()
      try {
        await check(place)
      } finally {
        await place.clean()
      }
    })
  }
}
