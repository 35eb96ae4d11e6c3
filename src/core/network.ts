const IPV4_BITS = 32
const IPV6_BITS = 128
/** ::ffff:0:0/96, IPv4 as IPv6 sockets tell it (RFC 4291 § 2.5.5.2). */
const MAPPED = 0xffffn

/** An IP network as CIDR names it (RFC 4632, RFC 4291 § 2.3). */
export interface Network {
  /** 32 or 128. */
  width: number
  /** The address, as a number of `width` bits. */
  bits: bigint
  prefixLength: number
}

/** The address as a network of one. IPv4 that came mapped into IPv6 is IPv4; a zone (fe80::1%eth0) is left out. */
function addressOf(text: string): Network | undefined {
  const [address = ''] = text.split('%')
  if (isIPv4(address)) return { width: IPV4_BITS, bits: ipv4Bits(address), prefixLength: IPV4_BITS }
  if (!isIPv6(address)) return undefined
  const bits = ipv6Bits(address)
  if (bits >> 32n === MAPPED) return { width: IPV4_BITS, bits: bits & 0xffffffffn, prefixLength: IPV4_BITS }
  return { width: IPV6_BITS, bits, prefixLength: IPV6_BITS }
}

/** Reads `10.0.0.0/8`, `2001:db8::/32` or a single address; undefined for all else. Bits behind the prefix are kept. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length, ...rest] = text.split('/')
  if (rest.length > 0 || address.includes('%')) return undefined
  const found = addressOf(address)
  if (found === undefined || length === undefined) return found
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined
  // Of a mapped address 96 bits are the mapping.
  const prefixLength = Number(length) - (address.includes(':') ? IPV6_BITS - found.width : 0)
  return prefixLength >= 0 && prefixLength <= found.width ? { ...found, prefixLength } : undefined
}

/** The network with all bits behind its prefix cleared. */
export function maskedNetwork({ width, bits, prefixLength }: Network): Network {
  const shift = BigInt(width - prefixLength)
  return { width, bits: (bits >> shift) << shift, prefixLength }
}

/** `10.0.0.0/8`, or the address alone where it is one; IPv6 as RFC 5952 writes it. */
export function networkText({ width, bits, prefixLength }: Network): string {
  const address = width === IPV4_BITS ? ipv4Text(bits) : ipv6Text(bits)
  return prefixLength === width ? address : `${address}/${prefixLength}`
}

/** True where all of `inner` lies in `outer`. */
export function holdsNetwork(outer: Network, inner: Network): boolean {
  if (outer.width !== inner.width || outer.prefixLength > inner.prefixLength) return false
  const shift = BigInt(outer.width - outer.prefixLength)
  return outer.bits >> shift === inner.bits >> shift
}

/** True where an address lies in one of the networks; false for every text that is no address. */
export function isWithinNetworks(address: string, networks: readonly Network[]): boolean {
  const caller = addressOf(address)
  return caller !== undefined && networks.some((network) => holdsNetwork(network, caller))
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`)

// Not those of node:net: forms in the browser ask, too.
function isIPv4(text: string): boolean {
  return IPV4.test(text)
}

function isIPv6(text: string): boolean {
  return /^[\da-f:.]{2,45}$/i.test(text) && URL.canParse(`http://[${text}]`)
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

function ipv4Text(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.')
}

/** A URL writes the shortest form, the longest run of zeros as `::`. */
function ipv6Text(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bits >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  )
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
