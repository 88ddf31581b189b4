import { crashMatrix } from './matrix.ts'
import { scenarioNamed } from './scenarios.ts'

crashMatrix(scenarioNamed('create'), false)
