import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { createComponent, ErrorBoundary } from 'solid-js'
import { renderToStream } from 'solid-js/web'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failure } from '../../src/core/errors'
import { setRuntime } from '../../src/server/current-runtime'
import type { Runtime } from '../../src/server/runtime'
import { sealedErrors } from '../../src/server/sealed-errors'

let logged: unknown[]

beforeEach(() => {
  logged = []
  const error = (_event: string, fields: { error: unknown }) => logged.push(fields.error)
  setRuntime({ log: { error } } as unknown as Runtime)
})

afterEach(() => setRuntime(undefined))

describe('an error while a page is made', () => {
  it('reaches the browser without its message and stack, and the log with them', async () => {
    const error = new TypeError('password of the database is hunter2')
    const html = await pageThatThrows(error)
    expect(html).toContain('sorry')
    expect(html).not.toMatch(/hunter2|TypeError|sealed-errors\.test/)
    expect(logged).toEqual([error])
  })

  it('keeps its code where it is a refusal, which is nothing to log', async () => {
    const html = await pageThatThrows(failure('not_found', 'terminal_not_found', 'No terminal SN-secret')())
    expect(html).toContain('terminal_not_found')
    expect(html).not.toContain('SN-secret')
    expect(logged).toEqual([])
  })
})

async function pageThatThrows(error: Error): Promise<string> {
  const res = new ServerResponse(new IncomingMessage(new Socket()))
  // Solid passes plugins on to its serialiser and can be awaited; its types leave out both.
  const options: object = { plugins: [sealedErrors(res)] }
  const page = () =>
    createComponent(ErrorBoundary, {
      fallback: 'sorry',
      get children(): never {
        throw error
      },
    })
  const stream: unknown = renderToStream(page, options)
  return await (stream as PromiseLike<string>)
}
