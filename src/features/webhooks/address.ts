import { isIPv4, isIPv6 } from 'node:net'
import { isWithinNetworks, type Network, parseNetwork } from '../../core/network'

/**
 * Where webhooks must not go: networks that are not the public internet (IANA special-purpose registries, RFC 6890).
 * Of IPv6 only 2000::/3 is given out; what lies there but is special stands here. All forms that carry an IPv4 address
 * (mapped, translated, 6to4, Teredo) are left out whole.
 */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
].map(networkOf)
const GIVEN_OUT_IPV6 = [networkOf('2000::/3')]
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map(networkOf)

/** True for an address of the public internet; false for every other text as well. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !isWithinNetworks(address, SPECIAL_IPV4)
  // A zone (fe80::1%eth0) is only ever of this link.
  if (!isIPv6(address) || address.includes('%')) return false
  return isWithinNetworks(address, GIVEN_OUT_IPV6) && !isWithinNetworks(address, SPECIAL_IPV6)
}

/** The address that a URL's host is written as, whatever notation it had; undefined for a name. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return isIPv4(host) || isIPv6(host) ? host : undefined
}

function networkOf(range: string): Network {
  const network = parseNetwork(range)
  if (network === undefined) throw new Error(`${range} is no network.`)
  return network
}
