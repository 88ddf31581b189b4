/** What people, places and companies are called here. None of them exist. */
export const firstNames = words(
  'Ada Bence Chiara Dušan Élodie Farid Greta Håkon Inês Jörg Kaja Liam Märta Noor Óscar Paulina Quentin Rosa Søren Tove',
)
export const lastNames = words(
  "Almeida Bauer Castel Dvořák Eriksen Farkaš Grünwald Horváth Ibsen Jansen Kovač Lindqvist O'Connor Müller Novák Østergaard Quist",
)
export const companyWords = words(
  'Alder Basalt Cobalt Delta Ember Fjord Granit Harbour Iris Jade Kiesel Lumen Marble Nimbus Opal Prisma Quarz Ridge Saturn Tundra',
)
export const branches = words('Logistics Foods Systems Werke Textiles Optics Energie')
export const legalForms = words('GmbH Ltd AB S.A. Inc')
export const cities = [
  { locality: 'Tallinn', country: 'Estonia', postal_code: '10115' },
  { locality: 'Málaga', country: 'Spain', postal_code: '29001' },
  { locality: 'Łódź', country: 'Poland', postal_code: '90-001' },
  { locality: 'Graz', country: 'Austria', postal_code: '8010' },
]
export const streets = ['Hauptstraße', 'Main Street', 'Rue du Port', 'Storgata']
export const currencies = words('EUR USD GBP')
export const lostReasons = ['Price', 'Competitor', 'No budget', 'Went quiet']

function words(text: string): readonly string[] {
  return text.split(' ')
}
