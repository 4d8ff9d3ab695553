/** A certificate for this machine that is its own authority, of a test that speaks TLS. Made by `openssl`. */
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setUpProgram } from '../../scripts/setup-proxies.ts'

export interface Certificate {
  /** PEM, as are both files. */
  readonly certificate: string
  readonly key: string
  readonly certificateFile: string
}

export async function makeCertificate(folder: string): Promise<Certificate> {
  const [keyFile, certificateFile] = [join(folder, 'privkey.pem'), join(folder, 'fullchain.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const files = ['-days', '2', '-keyout', keyFile, '-out', certificateFile]
  const args = ['req', '-x509', ...curve, ...subject, ...files]
  const { status, stderr } = spawnSync(setUpProgram('openssl'), args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`)
  const [certificate, key] = await Promise.all([
    readFile(certificateFile, 'utf8'),
    readFile(keyFile, 'utf8'),
  ])
  return { certificate, key, certificateFile }
}
