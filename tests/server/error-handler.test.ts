import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp, createError, eventHandler, toNodeListener } from 'h3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { setRuntime } from '../../src/server/current-runtime'
import answerPageError from '../../src/server/error-handler'
import type { Runtime } from '../../src/server/runtime'

let logged: unknown[]

beforeEach(() => {
  logged = []
  const error = (_event: string, fields: { error: unknown }) => logged.push(fields.error)
  setRuntime({ log: { error } } as unknown as Runtime)
})

afterEach(() => setRuntime(undefined))

it('answers a page that broke with 500 and nothing of the error, which is in the log', async () => {
  const mistake = new RangeError('secret-of-the-house')
  const answer = await pageThatThrows(mistake)
  const text = await answer.text()
  expect(answer.status).toBe(500)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(JSON.parse(text)).toMatchObject({ code: 'internal' })
  expect(text).not.toMatch(/secret|RangeError|error-handler\.test/)
  expect(logged).toEqual([mistake])
})

it('answers what the framework did not find with 404, which is nothing to log', async () => {
  const answer = await pageThatThrows(createError({ statusCode: 404, message: 'secret path' }))
  expect(answer.status).toBe(404)
  expect(await answer.text()).not.toContain('secret')
  expect(logged).toEqual([])
})

async function pageThatThrows(error: Error): Promise<Response> {
  const app = createApp({ onError: answerPageError })
  app.use(
    eventHandler(() => {
      throw error
    }),
  )
  const server = createServer(toNodeListener(app))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  } finally {
    server.close()
  }
}
