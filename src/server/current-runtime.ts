import type { Runtime } from './runtime'

const SLOT = Symbol.for('psmanager.runtime')

const slot = globalThis as { [SLOT]?: Runtime | undefined }

/**
 * The one runtime of this process. The build bundles modules several times, so it cannot live in one of them; this file
 * imports nothing, so that pages can ask without taking the server into their bundle.
 * @throws Error before the server is started.
 */
export function getRuntime(): Runtime {
  const runtime = slot[SLOT]
  if (runtime === undefined) throw new Error('The server has not been started.')
  return runtime
}

export function setRuntime(runtime: Runtime | undefined): void {
  slot[SLOT] = runtime
}
