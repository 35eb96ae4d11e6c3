import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { clientTypes } from './client-types.mjs'
import { filesOf, ROOT } from './sources.mjs'

const SOURCES = 'src/client'
/** What its types say comes from the server; the package says it for itself. */
const TYPES = `${SOURCES}/api.ts`
/** Nobody outside sees it. */
const INSIDE = `${SOURCES}/event-source.ts`

/**
 * Writes the client as a package of its own, `import { createClient } from 'psmanager/client'`: one file of JavaScript and
 * its types. It depends on no other package, so that Node, Deno and browsers take it as it is.
 */
export async function buildClient(folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await bundleClient(folder)
  writeFileSync(path.join(folder, 'api.d.ts'), clientTypes(programOf(TYPES), path.join(ROOT, TYPES)))
  for (const file of filesOf(SOURCES))
    if (file !== TYPES && file !== INSIDE)
      writeFileSync(path.join(folder, `${path.basename(file, '.ts')}.d.ts`), declarations(file))
  const { version, description, license, engines } = JSON.parse(
    readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
  )
  const exports = { './client': { types: './index.d.ts', default: './index.js' } }
  const manifest = { name: 'psmanager', version, description, license, type: 'module', exports, engines }
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  cpSync(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'))
  cpSync(path.join(ROOT, 'node_modules/@trpc/client/LICENSE'), path.join(folder, 'LICENSE.trpc'))
}

async function bundleClient(folder) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: [path.join(ROOT, SOURCES, 'index.ts')],
    outfile: path.join(folder, 'index.js'),
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    target: 'es2022',
    logLevel: 'warning',
  })
}

function programOf(file) {
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.build.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT)
  return ts.createProgram([path.join(ROOT, file), path.join(ROOT, 'src/global.d.ts')], options)
}

/** Of one file alone; its neighbours are named as an ES module names them. */
function declarations(file) {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(
    readFileSync(path.join(ROOT, file), 'utf8'),
    {
      fileName: file,
      reportDiagnostics: true,
      compilerOptions: { target: ts.ScriptTarget.ES2022, isolatedDeclarations: true, declaration: true },
    },
  )
  const [first] = diagnostics
  if (first !== undefined)
    throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`)
  return outputText.replace(/(from '\.\/[\w-]+)'/g, "$1.js'")
}
