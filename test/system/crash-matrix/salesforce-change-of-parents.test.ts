import { crashMatrix } from '../../crash/matrix.ts'
import { scenarioNamed } from '../../crash/scenarios.ts'

const scenario = scenarioNamed('salesforce change of parents')

crashMatrix(scenario)
