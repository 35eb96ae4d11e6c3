import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from './sources.mjs'

const TOOLS = path.join(ROOT, 'src/tools')

/** Names of the command-line tools: every folder of src/tools with a main.ts. */
export function toolNames() {
  if (!existsSync(TOOLS)) return []
  return readdirSync(TOOLS).filter((name) => existsSync(mainOf(name)))
}

export function mainOf(name) {
  return path.join(TOOLS, name, 'main.ts')
}

/** Packages in CommonJS expect these three; a bundle in ESM has none of them. Names with a prefix clash with nothing. */
const COMMONJS_SHIM = [
  `import { createRequire as psmCreateRequire } from 'node:module'`,
  `import { fileURLToPath as psmFileURLToPath } from 'node:url'`,
  `const require = psmCreateRequire(import.meta.url)`,
  `const __filename = psmFileURLToPath(import.meta.url)`,
  `const __dirname = psmFileURLToPath(new URL('.', import.meta.url))`,
].join(';')

/** Bundles tools with everything they need, each to NAME.mjs in `folder`. */
export async function bundleTools(names, folder) {
  if (names.length === 0) return
  await bundle(Object.fromEntries(names.map((name) => [name, mainOf(name)])), folder)
}

/**
 * Bundles programs (name → source) with everything they need, each to NAME.mjs in `folder`. Split, so that what one
 * imports only when asked (the S3 client) is loaded only then.
 */
export async function bundle(entryPoints, folder) {
  const { build } = await import('esbuild')
  await build({
    entryPoints,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[hash]',
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Of a package in both forms the modules: of one in CommonJS `import()` has but a default.
    mainFields: ['module', 'main'],
    sourcemap: 'linked',
    sourcesContent: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: COMMONJS_SHIM },
    logLevel: 'warning',
  })
}
