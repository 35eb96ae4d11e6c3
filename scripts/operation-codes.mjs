import { writeFileSync } from 'node:fs'
import { codesFile } from './lib/operation-codes.mjs'

/** Writes down which failures each operation can end in: the build has no compiler to ask. First half of `npm run openapi`. */
writeFileSync('src/integrator/operation-codes.json', codesFile())
