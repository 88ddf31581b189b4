import { crashMatrix } from './matrix.ts'
import { scenarioNamed } from './scenarios.ts'

crashMatrix(scenarioNamed('update'), { every: false, deaths: [] })
