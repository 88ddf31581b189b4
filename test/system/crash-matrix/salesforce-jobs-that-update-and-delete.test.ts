import { crashMatrix } from '../../crash/matrix.ts'
import { scenarioNamed } from '../../crash/scenarios.ts'

const scenario = scenarioNamed('salesforce jobs that update and delete')

crashMatrix(scenario)
