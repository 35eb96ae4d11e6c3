import { describe, expect, it } from 'vitest'
import { readUserAgent } from '../../../src/features/operators/ui/account/user-agent'
import { newPassword } from '../../../src/features/operators/ui/people/new-password'
import { localPath } from '../../../src/server/local-path'

describe('after signing in', () => {
  it.each([
    ['/license/numbers?search=SN1#top', '/license/numbers?search=SN1#top'],
    ['/', '/'],
    ['/a/../monitoring/status', '/monitoring/status'],
  ])('a person goes on to %s', (next, path) => {
    expect(localPath(next)).toBe(path)
  })

  it.each([
    undefined,
    '',
    'monitoring',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    '/.//evil.example/',
    '/x/..//evil.example/',
    'javascript:alert(1)',
    '/sign-in?next=/',
    '/setup',
  ])('nobody is led away by %j', (next) => {
    expect(localPath(next)).toBe('/')
  })
})

describe('a password made for somebody', () => {
  it('is long enough, has nothing that is misread, and is never the same', () => {
    const made = Array.from({ length: 200 }, newPassword)
    for (const one of made) expect(one).toMatch(/^(?:[a-km-zA-HJ-NP-Z2-9]{5}-){3}[a-km-zA-HJ-NP-Z2-9]{5}$/)
    expect(new Set(made).size).toBe(made.length)
  })
})

describe('a session', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge',
      'Windows',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
      'Chrome',
      'Android',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
      'Safari',
      'iOS',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox', 'Linux'],
    ['curl/8.5.0', undefined, undefined],
  ])('of %s is told by its names', (header, browser, system) => {
    expect(readUserAgent(header)).toEqual({ browser, system })
  })
})
