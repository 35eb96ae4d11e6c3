import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { ROOT } from './lib/sources.mjs'

/**
 * `npm run env:example`: writes .env.example, docs/configuration.md, README's table of settings and the English words for
 * them anew, from src/config.ts.
 */
const { outputFiles } = await build({
  stdin: {
    contents: `export * from './src/config-texts'
      export { system } from './src/i18n/en/system'`,
    resolveDir: ROOT,
  },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
})
const source = Buffer.from(outputFiles[0].contents).toString('base64')
const { configurationReference, environmentExample, meaningsModule, settingsTable, system } = await import(
  `data:text/javascript;base64,${source}`
)

writeFileSync(path.join(ROOT, '.env.example'), environmentExample())
writeFileSync(path.join(ROOT, 'docs/configuration.md'), configurationReference(system.room))
const readme = path.join(ROOT, 'README.md')
const before = readFileSync(readme, 'utf8')
const after = before.replace(
  /<!-- settings -->[\s\S]*<!-- \/settings -->/,
  () => `<!-- settings -->\n\n${settingsTable()}\n\n<!-- /settings -->`,
)
writeFileSync(readme, after)

const meanings = path.join(ROOT, 'src/i18n/en/setting-meanings.ts')
writeFileSync(meanings, meaningsModule())
execFileSync(path.join(ROOT, 'node_modules/.bin/biome'), ['format', '--write', meanings])
