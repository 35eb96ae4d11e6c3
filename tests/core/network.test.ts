import { describe, expect, it } from 'vitest'
import { isWithinNetworks, maskedNetwork, networkText, parseNetwork } from '../../src/core/network'

const networks = (...texts: string[]) =>
  texts.map((text) => {
    const network = parseNetwork(text)
    if (network === undefined) throw new Error(`${text} is no network.`)
    return network
  })

describe('a network', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7/32', '192.0.2.7'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0::/32', '2001:db8::/32'],
    ['::1', '::1'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
  ])('is written one way: %s', (text, canonical) => {
    expect(networks(text).map(networkText)).toEqual([canonical])
  })

  it.each([
    ['10.0.0.0/33'],
    ['10.0.0.0/-1'],
    ['10.0.0.0/08'],
    ['10.0.0.0/8/8'],
    ['10.0.0/8'],
    ['010.0.0.1'],
    ['2001:db8::/129'],
    ['::ffff:10.0.0.0/95'],
    ['2001:db8::1%eth0'],
    ['example.com'],
    ['*'],
    [''],
  ])('is not: %s', (text) => {
    expect(parseNetwork(text)).toBeUndefined()
  })

  it('is told from one with bits behind its prefix', () => {
    expect(networks('10.1.2.3/8').map(maskedNetwork).map(networkText)).toEqual(['10.0.0.0/8'])
  })
})

describe('an address', () => {
  it.each([
    ['10.255.0.1', true],
    ['::ffff:10.255.0.1', true],
    ['::ffff:aff:1', true],
    ['11.0.0.1', false],
    ['::a00:1', false],
    ['2001:db8:5::1', true],
    ['2001:db9::1', false],
    ['10.0.0.1:4711', false],
    ['unknown', false],
    ['', false],
  ])('lies in 10.0.0.0/8 or 2001:db8::/32: %s %s', (address, isWithin) => {
    expect(isWithinNetworks(address, networks('10.0.0.0/8', '2001:db8::/32'))).toBe(isWithin)
  })

  it('lies in everything of its kind alone', () => {
    expect(isWithinNetworks('192.0.2.1', networks('::/0'))).toBe(false)
    expect(isWithinNetworks('2001:db8::1', networks('0.0.0.0/0'))).toBe(false)
    expect(isWithinNetworks('fe80::1%eth0', networks('fe80::/10'))).toBe(true)
  })
})
