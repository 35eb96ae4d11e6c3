import type { RequestListener } from 'node:http'
import { processConfiguration } from '../config'
import { announceSetup } from './announce-setup'
import { createFront, type Front } from './front'
import { startRuntime } from './runtime'

export interface DevDoor {
  readonly front: Promise<Front>
  close(): Promise<void>
}

/** Starts a runtime as soon as the one before it has let go of the database. */
export function createDevDoor(pages: RequestListener, previousClosed: Promise<void>): DevDoor {
  const starting = previousClosed.then(async () => {
    const runtime = await startRuntime(processConfiguration())
    const { host, port } = runtime.settings.http
    await announceSetup(runtime, `http://${host}:${port}`)
    return runtime
  })
  return {
    front: starting.then((runtime) => createFront(runtime, pages)),
    async close() {
      const runtime = await starting.catch(() => undefined)
      runtime?.beginDrain()
      runtime?.endStreams()
      await runtime?.stop()
    },
  }
}
