/** Extra CA certificates, where a company's proxy signs with its own. */
import { readFile } from 'node:fs/promises'
import type { Variables } from '../config/variables.ts'

/** The PEM texts that `NODE_EXTRA_CA_CERTS` or `SSL_CERT_FILE` name; none where neither is set. */
export async function readCertificates(variables: Variables): Promise<readonly string[]> {
  const files = [variables.NODE_EXTRA_CA_CERTS, variables.SSL_CERT_FILE].filter(
    (file) => file !== undefined && file !== '',
  )
  return Promise.all(files.map((file) => readFile(file ?? '', 'utf8')))
}
