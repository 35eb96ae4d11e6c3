// @refresh reload
import { createHandler, type HandlerOptions, StartServer } from '@solidjs/start/server'
import { sealedErrors } from './server/sealed-errors'

interface PageOptions extends HandlerOptions {
  /** Solid hands these to its serialiser; the framework's own type leaves them out. */
  plugins: unknown[]
}

export default createHandler(
  () => (
    <StartServer
      document={({ assets, children, scripts }) => (
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title>psManager</title>
            {assets}
          </head>
          <body class="bg-slate-50 text-slate-900 antialiased">
            <div id="app">{children}</div>
            {scripts}
          </body>
        </html>
      )}
    />
  ),
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
