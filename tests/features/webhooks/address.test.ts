import { describe, expect, it } from 'vitest'
import { isPublicAddress } from '../../../src/features/webhooks/address'
import { targetOf } from '../../../src/features/webhooks/target'

const PRIVATE = [
  '0.0.0.0',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  '5f00::1',
  'fc00::1',
  'fdff:ffff::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '2606:4700::1%1',
]
const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.1',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2001:4860:4860::8888',
  '2606:4700:4700::1111',
  '2a00:1450:4001:82a::200e',
]

describe('an address', () => {
  it.each(PRIVATE)('%s is not of the public internet', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
  it.each(PUBLIC)('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
  it.each(['', 'example.com', '1.2.3', '1.2.3.4.5', '999.1.1.1', '2606::4700::1', '[2606:4700::1]'])(
    '%s is none, so it is not public',
    (text) => {
      expect(isPublicAddress(text)).toBe(false)
    },
  )

  it('in every /8 of IPv4 is judged like its neighbours in the same special network', () => {
    const wholly = [0, 10, 127, ...Array.from({ length: 32 }, (_none, index) => 224 + index)]
    for (let first = 0; first < 256; first++)
      for (let round = 0; round < 20; round++) {
        const rest = [0, 0, 0].map(() => Math.floor(Math.random() * 256))
        const address = [first, ...rest].join('.')
        if (wholly.includes(first)) expect(isPublicAddress(address), address).toBe(false)
        const mapped = `::ffff:${address}`
        expect(isPublicAddress(mapped), mapped).toBe(false)
      }
  })
})

const refusal = (url: string, allowPrivate = false) => {
  try {
    return targetOf(url, allowPrivate)
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('the address of an endpoint', () => {
  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[0:0:0:0:0:ffff:127.0.0.1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://①②⑦.0.0.1/',
    'https://127。0。0。1/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://api.localhost/',
    'https://10.1.2.3:8443/',
  ])('%s is refused as private, and taken where that is allowed', (url) => {
    expect(refusal(url)).toBe('webhook_url_private')
    expect(refusal(url, true)).toBe(new URL(url).href)
  })

  it.each(['http://example.com/', 'http://8.8.8.8/'])('%s is refused for its plain http', (url) => {
    expect(refusal(url)).toBe('webhook_url_not_https')
    expect(refusal(url, true)).toBe(url)
  })

  it.each([
    'https://user@example.com/',
    'https://user:secret@example.com/',
    'https://example.com@127.0.0.1/',
    'https://example.com/#there',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'https://exa mple.com/',
    'https://256.1.1.1/',
    'example.com/hook',
    '//example.com/',
    'https://example.com:99999/',
  ])('%s is none, not even where private ones are allowed', (url) => {
    expect(refusal(url)).toBe('webhook_url_invalid')
    expect(refusal(url, true)).toBe('webhook_url_invalid')
  })

  it('is kept in its one spelling', () => {
    expect(refusal('https://EXAMPLE.com:443/a/../hook?x=1')).toBe('https://example.com/hook?x=1')
    expect(refusal('https://8.8.8.8/')).toBe('https://8.8.8.8/')
  })
})
