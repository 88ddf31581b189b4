/** Every edge of every scenario, and second deaths in the recovery from the first. */
import { crashMatrix } from '../crash/matrix.ts'
import { scenarios } from '../crash/scenarios.ts'

for (const scenario of scenarios) {
  crashMatrix(scenario, { every: true, deaths: scenario.deaths })
}
