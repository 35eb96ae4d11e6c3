import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pullCursorAfter } from '../../../src/features/eslips/export'
import { signedHeaders } from '../../../src/features/webhooks/signature'

type IsGenuine = (secret: string, headers: Record<string, string>, body: string, nowMs?: number) => boolean

const page = readFileSync('docs/webhooks.md', 'utf8')
/** The lines that receivers copy. */
const [, code = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? []
const { isGenuine } = (await import(
  /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
)) as { isGenuine: IsGenuine }

describe('the lines that receivers copy', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const body = '{"test": 2432232314}'
  const at = new Date(1614265330_000)
  const headers = signedHeaders({ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body }, ['whsec_AAAA', secret])

  it('take what is signed with the secret, also beside another', () => {
    expect(isGenuine(secret, headers, body, at.getTime())).toBe(true)
  })

  it('refuse another body, another secret, an old message, and none', () => {
    const nowMs = at.getTime()
    expect(isGenuine(secret, headers, `${body} `, nowMs)).toBe(false)
    expect(isGenuine('whsec_BBBB', headers, body, nowMs)).toBe(false)
    expect(isGenuine(secret, headers, body, nowMs + 301_000)).toBe(false)
    expect(isGenuine(secret, headers, body)).toBe(false)
    expect(isGenuine(secret, {}, body, nowMs)).toBe(false)
  })
})

it('the cursor in the example is one that the pull takes', () => {
  const [, seq, cursor] = /"seq":(\d+),.*"nextCursor":"([^"]+)"/.exec(page) ?? []
  expect(cursor).toBe(pullCursorAfter({ seq: Number(seq), archive: 0, row: 0 }))
})
