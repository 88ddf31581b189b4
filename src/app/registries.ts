/** What configuration is told of connectors and warehouses, which it does not import. */
import type { Registries } from '../config/project.ts'
import { connectors } from '../connector/registry.ts'
import { warehouses } from '../warehouse/registry.ts'

export const registries: Registries = { connectors, warehouses }
