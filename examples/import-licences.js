// @ts-check
// Imports licence files and says what became of each: node import-licences.js FILE…
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { connect, stop } from './connect.js'

const names = process.argv.slice(2)
if (names.length === 0) stop('Usage: import-licences.js FILE…')

try {
  const { files } = connect()
  const form = new FormData()
  for (const name of names) form.append('file', new Blob([await readFile(name)]), path.basename(name))
  console.log(JSON.stringify(await files.post('/licenses/import', form), null, 2))
} catch (error) {
  stop(error)
}
