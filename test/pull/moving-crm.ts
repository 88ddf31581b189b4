/** A CRM in which time goes by. */
import { scriptedCrm, type ScriptedCrm, text } from './scripted-crm.ts'

export function crmWith(...keys: readonly string[]): ScriptedCrm {
  const crm = scriptedCrm()
  for (const key of keys) crm.put(key, '2026-03-01T10:00:00.000000Z', { title: text(`t${key}`) })
  return crm
}

/** As time goes by in the CRM: one record is edited, one is gone. */
export function moveOn(crm: ScriptedCrm): void {
  crm.put('1', '2026-03-02T10:00:00.000000Z', { title: text('renamed') })
  crm.records.delete('2')
  crm.now = '2026-03-03T00:00:00.000000Z'
}
