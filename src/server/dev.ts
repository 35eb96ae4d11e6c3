import type { RequestListener, Server } from 'node:http'
import type { ViteDevServer } from 'vite'
import type { DevDoor } from './dev-door'

const LOOPBACK = '127.0.0.1'

interface DevRouter {
  name: string
  server?: { hmr?: { host?: string } }
  internals: { devServer?: ViteDevServer }
}

/** What of vinxi's app is used here; its own type reaches into versions of packages that are not ours. */
interface DevApp {
  config: { root: string; routers: DevRouter[] }
  hooks: { hook(name: string, run: (context: never) => void): unknown }
}

interface Loaded {
  createDevDoor(pages: RequestListener, previousClosed: Promise<void>): DevDoor
}

/**
 * Puts the server's front before vinxi's development server, so that terminals, REST and files pass the same code as in
 * the built server, with addresses and streams untouched. Vite loads it: after a change of server code the next
 * request finds a fresh runtime. Keeps the rest of the development server on this machine.
 */
export function mountDoorInDev(app: DevApp): void {
  // Each router's socket for hot reloading would listen on all addresses.
  for (const router of app.config.routers) router.server = { hmr: { host: LOOPBACK } }
  app.hooks.hook('app:dev:nitro:config', ({ nitro }: { nitro: NitroOptions }) => {
    // vinxi would serve the whole project folder as static files, with storage/secrets in it.
    nitro.options.publicAssets = nitro.options.publicAssets.filter(({ dir }) => dir !== app.config.root)
  })
  app.hooks.hook('app:dev:server:listener:created', ({ listener }: { listener: { server: Server } }) => {
    const vite = app.config.routers.find((router) => router.name === 'ssr')?.internals.devServer
    if (vite === undefined) throw new Error('vinxi has no development server for pages.')
    const file = `${app.config.root}/src/server/dev-door.ts`
    mount(listener.server, async () => (await vite.ssrLoadModule(file)) as unknown as Loaded)
  })
}

interface NitroOptions {
  options: { publicAssets: { dir: string }[] }
}

function mount(server: Server, load: () => Promise<Loaded>): void {
  const [pages] = server.listeners('request') as RequestListener[]
  if (pages === undefined) throw new Error('vinxi has no request listener to stand before.')
  let current: { module: Loaded; door: DevDoor } | undefined
  const frontNow = async () => {
    const module = await load()
    if (current?.module !== module) {
      const previousClosed = current?.door.close() ?? Promise.resolve()
      current = { module, door: module.createDevDoor(pages, previousClosed) }
    }
    return current.door.front
  }
  server.removeAllListeners('request')
  server.on('request', (req, res) => {
    frontNow().then(
      (front) => front.all(req, res),
      (error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
        res.writeHead(500, { 'Content-Type': 'text/plain' }).end(text)
      },
    )
  })
  const leave = () => void (current?.door.close() ?? Promise.resolve()).finally(() => process.exit(0))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, leave)
}
