import { crashMatrix } from '../../crash/matrix.ts'
import { scenarioNamed } from '../../crash/scenarios.ts'

const scenario = scenarioNamed('guard')

crashMatrix(scenario)
