// @refresh reload
import { createHandler, type HandlerOptions, StartServer } from '@solidjs/start/server'
import { For } from 'solid-js'
import { getRequestEvent } from 'solid-js/web'
import { type Asset, listForBrowser, type PageManifest, pageAt, scriptsOf } from './app/pages-of-build'
import { readVisitor, VISITOR_ID, type Visitor, visitorBlock } from './app/visitor'
import { DESK, roomsOfPage } from './app/words-of-page'
import { provideDictionary } from './i18n/dictionaries'
import { en } from './i18n/en'
import { fileOfRoom } from './i18n/rooms'
import { ru } from './i18n/ru'
import { sealedErrors } from './server/sealed-errors'

provideDictionary('en', en)
provideDictionary('ru', ru)

interface PageOptions extends HandlerOptions {
  /** Solid hands these to its serialiser; the framework's own type leaves them out. */
  plugins: unknown[]
}

export default createHandler(
  (page) => {
    const visitor = readVisitor()
    const nonce = () => getRequestEvent()?.locals.nonce as string | undefined
    const manifest = page.manifest as PageManifest
    const known = pageAt(manifest, new URL(page.request.url).pathname)
    if (!import.meta.env.DEV) page.manifest = listForBrowser(manifest)
    // The page that says so is drawn in the browser: only here is it known in time. `npm run dev` has no list.
    if (known === undefined && !import.meta.env.DEV) page.response.status = 404
    return (
      <StartServer
        document={(parts) => (
          <html lang={visitor.locale} data-theme={visitor.theme === 'system' ? undefined : visitor.theme}>
            <head>
              <meta charset="utf-8" />
              <meta name="viewport" content="width=device-width, initial-scale=1" />
              <meta name="color-scheme" content="light dark" />
              <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
              <script
                type="application/json"
                id={VISITOR_ID}
                nonce={nonce()}
                innerHTML={visitorBlock(visitor)}
              />
              {parts.assets}
              <For each={scriptsFor(known, manifest, visitor)}>
                {(href) => <link rel="modulepreload" href={href} nonce={nonce()} />}
              </For>
            </head>
            <body class="bg-canvas text-ink antialiased">
              <div id="app">{parts.children}</div>
              {parts.scripts}
            </body>
          </html>
        )}
      />
    )
  },
  // Streamed pages have sent their status before a redirect or an error can change it.
  (event): PageOptions => {
    event.response.headers.set('Content-Type', 'text/html; charset=utf-8')
    return {
      mode: 'async',
      nonce: event.locals.nonce as string | undefined,
      plugins: [sealedErrors(event.nativeEvent.node.res)],
    }
  },
)

/** The framework's list as it is once built: its type speaks for `npm run dev`, where one waits for it. */
interface BuiltList {
  inputs: Record<string, { assets(): Asset[] }>
}

/** Everything the browser is going to ask for, at once: the page, its words and, for whoever has signed in, the desk around it. */
function scriptsFor(
  page: string | undefined,
  manifest: PageManifest,
  { locale, operator }: Visitor,
): string[] {
  if (import.meta.env.DEV) return []
  const { inputs } = import.meta.env.MANIFEST.client as unknown as BuiltList
  const around = operator === null ? [] : [DESK]
  const rooms = new Set([...around, ...(page === undefined ? [] : [page])].flatMap(roomsOfPage))
  const files = [...around, ...[...rooms].map((room) => fileOfRoom(locale, room))]
  return scriptsOf([
    ...files.flatMap((file) => inputs[file]?.assets() ?? []),
    ...(page === undefined ? [] : (manifest[page]?.assets ?? [])),
  ])
}
