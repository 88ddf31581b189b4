/** Every edge of every scenario, those between which nothing changes included. */
import { crashMatrix } from '../crash/matrix.ts'
import { scenarios } from '../crash/scenarios.ts'

for (const scenario of scenarios) crashMatrix(scenario, true)
