/** Extra CA certificates, where a company's proxy signs with its own. */
import { readFile } from 'node:fs/promises'
import type { Variables } from '../../config/references/variables.ts'
import { appErrors } from '../errors.ts'

/** The PEM texts that `NODE_EXTRA_CA_CERTS` or `SSL_CERT_FILE` name; none where neither is set. */
export async function readCertificates(variables: Variables): Promise<readonly string[]> {
  const files = [variables.NODE_EXTRA_CA_CERTS, variables.SSL_CERT_FILE].filter(
    (file) => file !== undefined && file !== '',
  )
  return Promise.all(files.map((file) => readPem(file ?? '')))
}

async function readPem(file: string): Promise<string> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw appErrors.certificates({ message: `The certificates in ${file} can not be read.`, cause })
  }
  if (text.includes('-----BEGIN')) return text
  throw appErrors.certificates({ message: `${file} holds no certificate in PEM form.` })
}
