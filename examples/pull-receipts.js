// @ts-check
// Fetches the receipts of all slips that are new since the last run: node pull-receipts.js FOLDER [TID]
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { connect, stop } from './connect.js'

const [folder, tid] = process.argv.slice(2)
if (folder === undefined) stop('Usage: pull-receipts.js FOLDER [TID]')

try {
  console.log(`${await pull(folder, tid)} receipts`)
} catch (error) {
  stop(error)
}

/**
 * How far it came is written down after each page: a run that breaks off fetches some receipts twice, and leaves none out.
 * @param {string} folder
 * @param {string | undefined} tid
 */
async function pull(folder, tid) {
  const { psm, files } = connect()
  await mkdir(folder, { recursive: true })
  const place = path.join(folder, '.place')
  const filter = { limit: 200, ...(tid === undefined ? {} : { tid }) }
  let after = await readFile(place, 'utf8').catch(() => undefined)
  let fetched = 0
  for (;;) {
    const page = await psm.eslips.pull.query({ ...filter, ...(after === undefined ? {} : { after }) })
    for (const { id } of page.items) {
      const { body } = await files.get(`/eslips/${id}/receipt.txt`)
      if (body === null) throw new Error(`The receipt of ${id} is empty.`)
      const file = path.join(folder, `${id}.txt`)
      await pipeline(Readable.from(body), createWriteStream(`${file}.part`))
      await rename(`${file}.part`, file)
      fetched++
    }
    after = page.nextCursor
    await writeFile(place, after)
    if (!page.hasMore) return fetched
  }
}
