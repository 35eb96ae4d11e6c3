import { createServer } from 'node:net'

/** A port of this machine that nobody uses at this moment: any, or one of four digits. */
export async function freePort({ digits }: { digits?: 4 } = {}): Promise<number> {
  for (;;) {
    const wished = digits === undefined ? 0 : 5_500 + Math.floor(Math.random() * 4_000)
    const port = await tryPort(wished)
    if (port !== undefined) return port
  }
}

/** Undefined where it is taken. */
function tryPort(wished: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    probe.listen(wished, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
