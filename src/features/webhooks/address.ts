import { isIPv4, isIPv6 } from 'node:net'

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
].map((range) => networkOf(range, 32, ipv4Bits))
const GIVEN_OUT_IPV6 = networkOf('2000::/3', 128, ipv6Bits)
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map((range) =>
  networkOf(range, 128, ipv6Bits),
)

/** True for an address of the public internet; false for every other text as well. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !SPECIAL_IPV4.some((network) => network(ipv4Bits(address)))
  // A zone (fe80::1%eth0) is only ever of this link.
  if (!isIPv6(address) || address.includes('%')) return false
  const bits = ipv6Bits(address)
  return GIVEN_OUT_IPV6(bits) && !SPECIAL_IPV6.some((network) => network(bits))
}

/** The address that a URL's host is written as, whatever notation it had; undefined for a name. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return isIPv4(host) || isIPv6(host) ? host : undefined
}

function networkOf(range: string, width: number, bitsOf: (address: string) => bigint) {
  const [address = '', length = ''] = range.split('/')
  const shift = BigInt(width - Number(length))
  const prefix = bitsOf(address) >> shift
  return (bits: bigint) => bits >> shift === prefix
}

function ipv4Bits(address: string): bigint {
  return address.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)
}

function ipv6Bits(address: string): bigint {
  // The tail of ::ffff:192.0.2.1 as two groups.
  const plain = address.replace(/[\d.]+$/, (tail) => {
    if (!tail.includes('.')) return tail
    const bits = ipv4Bits(tail)
    return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`
  })
  const [head = '', tail] = plain.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n)
}
