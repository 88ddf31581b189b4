import { crashMatrix } from '../../crash/matrix.ts'
import { scenarioNamed } from '../../crash/scenarios.ts'

const scenario = scenarioNamed('wrong model')

crashMatrix(scenario)
