import { crashMatrix } from './matrix.ts'
import { scenarioNamed } from './scenarios.ts'

crashMatrix(scenarioNamed('create'), { every: false, deaths: ['crm.create after'] })
