// @refresh reload
import { createHandler, type HandlerOptions, StartServer } from '@solidjs/start/server'
import { getRequestEvent } from 'solid-js/web'
import { readVisitor, VISITOR_ID, visitorBlock } from './app/visitor'
import { provideDictionary } from './i18n/dictionaries'
import { en } from './i18n/en'
import { ru } from './i18n/ru'
import { sealedErrors } from './server/sealed-errors'

provideDictionary('en', en)
provideDictionary('ru', ru)

interface PageOptions extends HandlerOptions {
  /** Solid hands these to its serialiser; the framework's own type leaves them out. */
  plugins: unknown[]
}

export default createHandler(
  () => {
    const visitor = readVisitor()
    return (
      <StartServer
        document={({ assets, children, scripts }) => (
          <html lang={visitor.locale} data-theme={visitor.theme === 'system' ? undefined : visitor.theme}>
            <head>
              <meta charset="utf-8" />
              <meta name="viewport" content="width=device-width, initial-scale=1" />
              <meta name="color-scheme" content="light dark" />
              <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
              <script
                type="application/json"
                id={VISITOR_ID}
                nonce={getRequestEvent()?.locals.nonce as string | undefined}
                innerHTML={visitorBlock(visitor)}
              />
              {assets}
            </head>
            <body class="bg-canvas text-ink antialiased">
              <div id="app">{children}</div>
              {scripts}
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
