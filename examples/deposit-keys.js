// @ts-check
// Deposits a file of keys for a terminal: node deposit-keys.js SERIAL SEQUENCE FILE [BATCH]
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { connect, stop } from './connect.js'

const [serial, sequence, file, batch] = process.argv.slice(2)
if (serial === undefined || sequence === undefined || file === undefined)
  stop('Usage: deposit-keys.js SERIAL SEQUENCE FILE [BATCH]')

try {
  const { files } = connect()
  const bytes = new Uint8Array(await readFile(file))
  // The server refuses a file that arrives otherwise than it was sent.
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('base64')
  const deposit = await files.put(
    `/keys/${encodeURIComponent(serial)}/${encodeURIComponent(sequence)}`,
    bytes,
    {
      query: { batch },
      headers: { 'Content-Digest': `sha-256=:${digest}:` },
    },
  )
  // The same file again changes nothing: after a lost connection it is simply sent once more.
  console.log(JSON.stringify(deposit, null, 2))
} catch (error) {
  stop(error)
}
