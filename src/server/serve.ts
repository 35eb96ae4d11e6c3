import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { processConfiguration, type Settings } from '../config'
import { announceSetup } from './announce-setup'
import { createFront, type Front } from './front'
import { createListener, type Listener } from './listener'
import { type ListenAddress, listenFailure, probePort } from './probe-port'
import { type Runtime, startRuntime } from './runtime'
import { startFailureText } from './start-failure'
import { stopOnSignals } from './stop'

/**
 * Starts the whole server: settings, a look whether the ports are free (before a database is started for nothing),
 * runtime, listeners. What goes wrong on the way is one line on standard error and exit code 1.
 * @param pages the framework's own listener.
 */
export async function serve(pages: RequestListener): Promise<void> {
  let runtime: Runtime | undefined
  try {
    const configuration = processConfiguration()
    const addresses = addressesOf(configuration.settings)
    for (const address of addresses) await probePort(address)
    runtime = await startRuntime(configuration)
    const listeners: Listener[] = []
    stopOnSignals(runtime, listeners)
    const front = createFront(runtime, pages)
    const urls: Partial<Record<keyof Front, string>> = {}
    for (const address of addresses) {
      const { listener, url } = await open(runtime, front, address)
      listeners.push(listener)
      urls[address.serves] = url
    }
    if (urls.all !== undefined) await announceSetup(runtime, urls.all)
  } catch (error) {
    process.stderr.write(`psmanager: ${startFailureText(error)}\n`)
    await runtime?.stop().catch(() => {})
    process.exit(1)
  }
}

interface NamedAddress extends ListenAddress {
  serves: keyof Front
}

function addressesOf({ http }: Settings): NamedAddress[] {
  const all = { serves: 'all', portSetting: 'PORT', hostSetting: 'HOST' } as const
  const terminals = { serves: 'terminals', portSetting: 'TERMINAL_PORT' } as const
  const addresses: NamedAddress[] = [{ ...all, port: http.port, host: http.host }]
  if (http.terminalPort === undefined) return addresses
  const host =
    http.terminalHost === undefined
      ? ({ host: http.host, hostSetting: 'HOST' } as const)
      : ({ host: http.terminalHost, hostSetting: 'TERMINAL_HOST' } as const)
  return [...addresses, { ...terminals, ...host, port: http.terminalPort }]
}

async function open(
  runtime: Runtime,
  front: Front,
  address: NamedAddress,
): Promise<{ listener: Listener; url: string }> {
  const { serves, port, host } = address
  const listener = createListener(front[serves])
  const bound = await listener.listen(port, host).catch((error: NodeJS.ErrnoException) => {
    throw listenFailure(error, address)
  })
  const url = urlOf(bound)
  runtime.log.info('listening', { serves, url })
  return { listener, url }
}

function urlOf({ address, port }: AddressInfo): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`
}
