import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './lib/sources.mjs'

/**
 * `npm run dev`: vinxi's development server in this process, so that signals reach it, and on this machine only: it
 * serves sources and has no policy of its own.
 */
process.env.HOST = '127.0.0.1'
process.chdir(ROOT)
process.argv = [process.argv[0], 'vinxi', 'dev', ...process.argv.slice(2)]
await import(pathToFileURL(path.join(ROOT, 'node_modules/vinxi/bin/cli.mjs')).href)
