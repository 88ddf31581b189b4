/** Made-up customers: the same for the same number, everywhere and always. */
import type { Column, Row } from '../../model/value.ts'

const firstNames = [
  'Ada',
  'Amara',
  'Anton',
  'Beatriz',
  'Chloé',
  'Daniel',
  'Dilan',
  'Elif',
  'Emma',
  'Farid',
  'Grace',
  'Hanna',
  'Ibrahim',
  'Ines',
  'Jakub',
  'Jonas',
  'Kaito',
  'Lea',
  'Liam',
  'Lucía',
  'Maya',
  'Mateo',
  'Nadia',
  'Noah',
  'Olga',
  'Oskar',
  'Priya',
  'Rahel',
  'Sofia',
  'Søren',
  'Tomás',
  'Yuki',
  'Zoë',
] as const
const lastNames = [
  'Andersen',
  'Bauer',
  'Costa',
  'Dubois',
  'Eriksson',
  'Fischer',
  'García',
  'Hughes',
  'Ivanova',
  'Jensen',
  'Kowalski',
  'Lindqvist',
  'Moreau',
  'Nakamura',
  "O'Brien",
  'Petrov',
  'Quinn',
  'Rossi',
  'Schneider',
  'Tanaka',
  'Usman',
  'Visser',
  'Weber',
  'Yılmaz',
  'Zhang',
] as const
const cities = [
  'Amsterdam',
  'Athens',
  'Berlin',
  'Bogotá',
  'Cape Town',
  'Dublin',
  'Geneva',
  'Helsinki',
  'Kraków',
  'Lisbon',
  'London',
  'Lyon',
  'Montréal',
  'Nairobi',
  'Oslo',
  'Porto',
  'São Paulo',
  'Tokyo',
  'Wien',
] as const
const jobTitles = [
  'Accountant',
  'Buyer',
  'Chief Executive',
  'Data Engineer',
  'Designer',
  'Head of Operations',
  'Marketing Manager',
  'Office Manager',
  'Product Manager',
  'Sales Director',
  'Support Lead',
] as const
const companies = [
  'Alder & Finch',
  'Bluebell Foods',
  'Castor Logistics',
  'Dune Analytics',
  'Elmwood Health',
  'Fjord Energy',
  'Granite Works',
  'Harbour Bank',
  'Iris Optics',
  'Juniper Travel',
] as const

export const customersTable = 'customers'

/** Columns of the table, in the order of `sampleCustomer`'s values. */
export const customerColumns = [
  column('customer_id', 'integer', 'BIGINT'),
  column('email', 'text', 'VARCHAR'),
  column('first_name', 'text', 'VARCHAR'),
  column('last_name', 'text', 'VARCHAR'),
  column('city', 'text', 'VARCHAR'),
  column('job_title', 'text', 'VARCHAR'),
  column('company', 'text', 'VARCHAR'),
  column('phone', 'text', 'VARCHAR'),
  column('score', 'integer', 'INTEGER'),
] as const satisfies readonly Column[]

/** Customer number `id`, from 1; the email is the only value that no two share. */
export function sampleCustomer(id: number): Row {
  const first = pick(firstNames, id, 1)
  const last = pick(lastNames, id, 2)
  const digits = String(scatter(id, 3) % 10_000_000).padStart(7, '0')
  return [
    String(id),
    `${plain(first)}.${plain(last)}.${id}@example.com`,
    first,
    last,
    pick(cities, id, 4),
    pick(jobTitles, id, 5),
    pick(companies, id, 6),
    `+1 555 ${digits}`,
    String(scatter(id, 7) % 101),
  ]
}

function column(name: string, kind: Column['kind'], nativeType: string): Column {
  return { name, kind, nativeType }
}

function pick(values: readonly string[], id: number, salt: number): string {
  return values[scatter(id, salt) % values.length] ?? ''
}

/** Spreads neighbouring ids over all 32 bits (the finisher of a multiplicative hash). */
function scatter(id: number, salt: number): number {
  let bits = Math.imul(id ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** As a mailbox would write it. */
function plain(name: string): string {
  const letters: Readonly<Record<string, string>> = { ø: 'o', ı: 'i' }
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[øı]/g, (letter) => letters[letter] ?? letter)
    .replace(/[^a-z]/g, '')
}
