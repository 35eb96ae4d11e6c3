import { createServer } from 'node:net'

export interface ListenAddress {
  port: number
  host: string
  /** Settings these come from, for what is said when they do not work. */
  portSetting: 'PORT' | 'TERMINAL_PORT'
  hostSetting: 'HOST' | 'TERMINAL_HOST'
}

/**
 * Listens for a moment, to learn whether it will be possible before anything else is started. Port 0 always is.
 * @throws Error with Node's code, whose message names the setting to change.
 */
export function probePort(address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, address)))
    probe.listen({ port: address.port, host: address.host }, () => probe.close(() => resolve()))
  })
}

export function listenFailure(error: NodeJS.ErrnoException, address: ListenAddress): Error {
  return Object.assign(new Error(explain(error, address), { cause: error }), { code: error.code })
}

function explain(error: NodeJS.ErrnoException, address: ListenAddress): string {
  const { port, host, portSetting, hostSetting } = address
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use: stop what uses it or set another ${portSetting}.`
    case 'EACCES':
      return `port ${port} needs rights this user has not: set ${portSetting} to 1024 or more.`
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return `this machine has no address ${host}: check ${hostSetting}.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${host} is not known: check ${hostSetting}.`
    default:
      return `listening on ${host}, port ${port}, failed: ${error.message}`
  }
}
