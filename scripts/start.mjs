import { spawn } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildRecord, OUTPUT, ROOT, sourceHash } from './lib/sources.mjs'

/**
 * `npm start`: serves what was built, in this very process, so that signals reach the server. Builds only where nothing
 * was built before; a build older than the sources is served and told.
 */
process.env.NODE_ENV = 'production'
const record = buildRecord()
if (record === undefined) {
  console.error('Nothing is built yet: building first, this takes about a minute.')
  await build()
} else if (record.sourceHash !== sourceHash()) {
  console.error('The sources have changed since the last build: run `npm run build` to serve them.')
}
if (process.env.npm_lifecycle_event !== undefined) stopWithNpm()
await import(pathToFileURL(path.join(OUTPUT, 'server/index.mjs')).href)

/** A killed npm cannot pass anything on, and nobody else knows this process: it would hold port and database for good. */
function stopWithNpm() {
  const npm = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === npm) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  watch.unref()
}

function build() {
  // Standard output belongs to the server's log.
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts/build.mjs'), '--if-stale'], {
    stdio: ['ignore', 2, 2],
  })
  const stop = (signal) => child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
  return new Promise((resolve) => {
    child.once('close', (code) => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, stop)
      if (code === 0) resolve()
      else process.exit(1)
    })
  })
}
