import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuiltServer, startBuiltServer } from '../support/built-server'
import { exchange, type RawAnswer } from '../support/raw-http'

let server: BuiltServer

beforeAll(async () => {
  server = await startBuiltServer()
}, 180_000)

afterAll(async () => {
  await server?.stop()
})

const ENDLESS_HEADERS = `GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(10 * 1024 * 1024)}\r\n\r\n`

describe('what never becomes a request', () => {
  it('is answered 431 where the headers do not end, and the server goes on', async () => {
    expectProblem(await exchange(server.port, ENDLESS_HEADERS), 431, 'headers_too_large')
    await expectAlive()
  })

  it.each([
    ['a line that is no request', 'HELLO\r\n\r\n'],
    ['an unknown method', 'BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['TLS on a plain port', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03'],
  ])('is answered 400 where it is %s', async (_what, text) => {
    expectProblem(await exchange(server.port, text), 400, 'malformed_request')
    await expectAlive()
  })
})

describe('a request that cannot be served', () => {
  it('is answered 400 without a Host', async () => {
    const answer = await exchange(server.port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')
    expectProblem(answer, 400, 'host_missing')
  })

  it.each(['/%', '/%ff', '//other.example/', '/a\\b'])('is answered 400 at %s', async (url) => {
    const text = `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
    expectProblem(await exchange(server.port, text), 400, 'malformed_url')
  })

  it('is answered 405 before a body sent to a page has arrived', async () => {
    const answer = await exchange(
      server.port,
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nonly a little of it',
    )
    expectProblem(answer, 405, 'method_not_allowed')
    expect(answer.headers.connection).toBe('close')
  })
})

it('takes the absolute form of an address', async () => {
  const host = `127.0.0.1:${server.port}`
  const answer = await exchange(
    server.port,
    `GET http://${host}/healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  )
  expect(answer.status).toBe(200)
})

function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(Number(answer.headers['content-length'])).toBe(Buffer.byteLength(answer.body))
  expect(answer.headers['x-request-id']).toBeTruthy()
  expect(Date.parse(answer.headers.date ?? '')).not.toBeNaN()
  expect(JSON.parse(answer.body)).toMatchObject({ status, code })
}

async function expectAlive(): Promise<void> {
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
}
