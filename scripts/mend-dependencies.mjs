import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * postgres.js 3.4.9, when a connection breaks while a write waits for its turn: the write strikes a socket that is gone, and that
 * exception ends the process; or its timer counts as running ever after, and nothing is sent over the connections that follow; and
 * a statement that was begun between the error and the close is never answered. Known upstream (porsager/postgres #1066, #1154,
 * #1208) and in no release. To be dropped with the first that has it.
 */
const POSTGRES = [
  [
    `    incomings = null
    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)`,
    `    incomings = null
    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener('data', data)`,
  ],
  [`    !hadError && (query || sent.length) && error(`, `    ;(query || sent.length) && error(`],
  [
    `  function nextWrite(fn) {
    const x = socket.write(chunk, fn)`,
    `  function nextWrite(fn) {
    if (socket === null) {
      nextWriteTimer !== null && clearImmediate(nextWriteTimer)
      chunk = nextWriteTimer = null
      error(Errors.connection('CONNECTION_CLOSED', options, socket))
      return false
    }
    const x = socket.write(chunk, fn)`,
  ],
]

/** Mends what is installed, once: `npm install` does it, and so does every build. */
export function mendDependencies() {
  const file = fileURLToPath(new URL('connection.js', import.meta.resolve('postgres')))
  const given = readFileSync(file, 'utf8')
  let text = given
  for (const [wrong, right] of POSTGRES) {
    if (text.includes(right)) continue
    if (!text.includes(wrong))
      throw new Error(
        `${file} is not what scripts/mend-dependencies.mjs knows: look whether it is still needed.`,
      )
    text = text.replace(wrong, () => right)
  }
  if (text !== given) writeFileSync(file, text)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) mendDependencies()
