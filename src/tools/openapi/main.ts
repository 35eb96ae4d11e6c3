import { writeFileSync } from 'node:fs'
import { DOCUMENTS } from '../../server/documents'

/** `npm run openapi`: writes the published documents below docs, where reviews see what changes for callers. */
writeFileSync('docs/openapi.json', await DOCUMENTS.rest())
writeFileSync('docs/openapi-terminal.json', await DOCUMENTS.terminals())
