import { isBuiltin } from 'node:module'
import { flatten } from '@solid-primitives/i18n'
import { defineConfig } from '@solidjs/start/config'
import tailwindcss from '@tailwindcss/vite'
import { en } from './src/i18n/en'
import { chunksOfPages } from './src/server/chunks-of-pages'
import { mountDoorInDev } from './src/server/dev'
import { wordsOfPages } from './src/server/words-of-pages'

/**
 * The framework's whole part in this server: pages. Terminals, REST, tRPC and files are served by src/server in front
 * of it (docs/decisions/0001-framework-serves-pages-only.md).
 */
const app = defineConfig({
  middleware: './src/middleware.ts',
  vite: ({ router }: { router: string }) => ({
    plugins: [tailwindcss()],
    define: {
      WORDS_OF_PAGES: JSON.stringify(wordsOfPages(process.cwd(), Object.keys(flatten({ ...en })))),
    },
    build: { rollupOptions: { output: router === 'client' ? chunksOfPages() : {} } },
    // `npm run dev` shows the project's files to this machine and watches them: not the data among them.
    server: {
      fs: { deny: ['.env', '.env.*', '*.{crt,pem}', '**/.git/**', '**/storage/**'] },
      watch: { ignored: ['**/storage/**', '**/.output/**'] },
    },
  }),
  server: {
    preset: 'node-server',
    entry: './src/server/entry.ts',
    errorHandler: './src/server/error-handler.ts',
    // Traced packages miss files on Node 20 (nitrojs/nitro#4468) and other ones under Deno: bundle them all.
    noExternals: true,
    sourceMap: false,
    // `require('events')` in a bundled CommonJS package is the class, not the namespace around it.
    commonJS: { requireReturnsDefault: (id: string) => (isBuiltin(id) ? 'preferred' : 'auto') },
    esbuild: { options: { target: 'es2022' } },
  },
})

// Server functions accept cross-site calls (solidjs/solid-start#2321); we have none, so their router goes.
app.config.routers = app.config.routers.filter((router: { name: string }) => router.name !== 'server-fns')
mountDoorInDev(app)

export default app
