import { expect } from 'vitest'

/** The states of terminals as they change, as whoever watches them by an API key reads them. */
export async function watchStatus(url: string, key: string, terminalIds: readonly string[]) {
  const input = encodeURIComponent(JSON.stringify({ terminalIds }))
  const reader = new AbortController()
  const answer = await fetch(`${url}/api/trpc/status.watch?input=${input}`, {
    headers: { Authorization: `Bearer ${key}`, Accept: 'text/event-stream' },
    signal: reader.signal,
  })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  const stream = answer.body?.getReader()
  let text = ''
  return {
    /** Reads on until this has been said. */
    async until(word: string): Promise<void> {
      while (!text.includes(word)) {
        const read = await stream?.read()
        if (read?.done !== false) throw new Error(`ended before it told ${word}: ${text}`)
        text += new TextDecoder().decode(read.value)
      }
    },
    leave: () => reader.abort(),
  }
}
