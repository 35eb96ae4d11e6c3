/** What a URL of a PostgreSQL says, apart from the password. */
export interface PostgresUrl {
  /** Undefined where it names none: then the account that runs the program. */
  user: string | undefined
  /** One, or several of which each is tried in turn: `host` or `host:port`. */
  hosts: readonly string[]
  /** Empty where it names none: then the one that is called as the user. */
  database: string
}

const RESERVED =
  'user and password have % as %25, # as %23, / as %2F, ? as %3F, @ as %40, : as %3A, [ as %5B and ] as %5D'

/**
 * Takes a URL of a PostgreSQL apart as postgres.js does, which takes several hosts, parted by commas.
 * @returns a sentence on what is wrong with it, which repeats nothing of it
 */
export function parsePostgresUrl(url: string): PostgresUrl | string {
  const [, rest = ''] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(url) ?? []
  const authority = rest.split(/[/?#]/)[0] ?? ''
  const at = authority.lastIndexOf('@')
  const hosts = authority.slice(at + 1).split(',')
  // What ends the place too early is in the password: the host comes after it.
  if (at === -1 && /^[^?]*@/.test(rest)) return `cannot be read: ${RESERVED}`
  if (hosts.every((host) => host === '')) return 'must name a host'
  if (hosts.length > 1 && authority.indexOf('@') !== at) return `cannot be read: ${RESERVED}`
  if (hosts.some((host) => !isHost(host)))
    return `cannot be read: hosts are host or host:port, several parted by commas, and ${RESERVED}`
  const of = `${url.slice(0, url.length - rest.length)}${authority.slice(0, at + 1)}${hosts[0]}${rest.slice(authority.length)}`
  const parsed = URL.canParse(of) ? new URL(of) : undefined
  const user = decoded(parsed?.username)
  const database = decoded(parsed?.pathname.slice(1))
  if (user === undefined || database === undefined || decoded(parsed?.password) === undefined)
    return `cannot be read: ${RESERVED}`
  return { user: user || undefined, hosts, database }
}

/** A name, an address, an IPv6 address in brackets, each with a port or without. */
function isHost(written: string): boolean {
  const [, port] = /^(?:\[[0-9A-Fa-f:.]+\]|[^:[\]\s%@]+)(?::(\d{1,5}))?$/.exec(written) ?? [written, '0']
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65535)
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    return undefined
  }
}
