import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { ROOT } from './lib/sources.mjs'

/** `npm run roles`: writes docs/roles.md anew, from src/core/permissions.ts and the words of the Roles page. */
const { outputFiles } = await build({
  stdin: {
    contents: `export { readSettings } from './src/config'
      export { rolesText } from './src/features/operators/ui/roles/text'`,
    resolveDir: ROOT,
  },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
})
const source = Buffer.from(outputFiles[0].contents).toString('base64')
const { readSettings, rolesText } = await import(`data:text/javascript;base64,${source}`)

writeFileSync(path.join(ROOT, 'docs/roles.md'), await rolesText(readSettings({}).signIn.secondFactorRoles))
