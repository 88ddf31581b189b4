/** A taste of the crash matrix, at one edge of each stretch; the system suite kills at every one. */
import { crashMatrix } from './matrix.ts'
import { scenarioNamed } from './scenarios.ts'

crashMatrix(scenarioNamed('create'), { every: false, deaths: ['crm.create after'] })
