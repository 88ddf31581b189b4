import { crashMatrix } from './matrix.ts'
import { scenarioNamed } from './scenarios.ts'

crashMatrix(scenarioNamed('delete'), { every: false, deaths: [] })
