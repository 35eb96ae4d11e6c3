import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * postgres.js 3.4.9, when a connection breaks while a write waits for its turn: the write strikes a socket that is gone, and that
 * exception ends the process; or its timer counts as running ever after, and nothing is sent over the connections that follow; and
 * a statement that was begun between the error and the close is never answered. And where something takes the connection and hangs
 * up, as a balancer does whose database is away, or each of several hosts is away, it tries again without a pause and never says so
 * to who waits. Known upstream in parts (porsager/postgres #1066, #1154, #1208) and in no release. To be dropped with the first that
 * has it.
 */
const CONNECTION = [
  [
    `    incomings = null
    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)`,
    `    incomings = null
    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener('data', data)`,
  ],
  [
    `    if (initial)
      return reconnect()
`,
    `    let failed = hadError
    if (initial) {
      if (options.host[++retries])
        return reconnect()
      options.shared.retries++
      failed = true
      error(Errors.connection('CONNECTION_CLOSED', options, socket))
    }
`,
  ],
  [`    !hadError && (query || sent.length) && error(`, `    ;(query || sent.length) && error(`],
  [
    `    closedTime = performance.now()
    hadError && options.shared.retries++`,
    `    retries = 0
    closedTime = performance.now()
    hadError && options.shared.retries++`,
  ],
  [
    `    onclose(connection, Errors.connection('CONNECTION_CLOSED', options, socket))`,
    `    onclose(connection, Errors.connection('CONNECTION_CLOSED', options, socket), failed)`,
  ],
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
  // Told to send nothing ahead, it would take the first statement of a transaction for one that nobody has reserved a connection for.
  [
    `        && sent.length < max_pipeline
`,
    `        && (q.options.onexecute || sent.length < max_pipeline)
`,
  ],
]

/** Where nobody gets through, nobody waits his turn to be told so: each would cost a try of his own. */
const POOL = [
  [`  function onclose(c, e) {`, `  function onclose(c, e, failed) {`],
  [
    `    queries.length && connect(c, queries.shift())`,
    `    if (failed && ![open, busy, full, reserved].some(q => q.length))
      while (queries.length)
        queries.shift().reject(e)
    queries.length && connect(c, queries.shift())`,
  ],
]

/** Mends what is installed, once: `npm install` does it, and so does every build. */
export function mendDependencies() {
  mend('connection.js', CONNECTION)
  mend('index.js', POOL)
}

function mend(name, places) {
  const file = fileURLToPath(new URL(name, import.meta.resolve('postgres')))
  const given = readFileSync(file, 'utf8')
  let text = given
  for (const [wrong, right] of places) {
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
