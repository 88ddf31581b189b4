import { crashMatrix } from '../../crash/matrix.ts'
import { scenarioNamed } from '../../crash/scenarios.ts'

const scenario = scenarioNamed('associations without a look')

crashMatrix(scenario)
