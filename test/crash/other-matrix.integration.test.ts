import { crashMatrix } from './matrix.ts'
import { scenarios } from './scenarios.ts'

const own = ['create', 'update', 'delete']

for (const scenario of scenarios) {
  if (!own.includes(scenario.name)) crashMatrix(scenario, false)
}
