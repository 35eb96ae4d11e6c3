import { randomBytes } from 'node:crypto'
import { createMiddleware } from '@solidjs/start/middleware'
import { pagePolicy } from './server/page-headers'

/** Pages only: everything else has been answered before the framework (src/server/front.ts). */
export default createMiddleware({
  onRequest(event) {
    event.response.headers.set('Cache-Control', 'no-store')
    // Vite's own scripts of `npm run dev` carry no nonce.
    if (import.meta.env.DEV) {
      event.response.headers.delete('Content-Security-Policy')
      return
    }
    const nonce = randomBytes(16).toString('base64')
    event.locals.nonce = nonce
    event.response.headers.set('Content-Security-Policy', pagePolicy(nonce))
  },
})
