type Fetch = typeof globalThis.fetch

const RECONNECT_MS = 1_000

/**
 * The browser's EventSource by `fetch`: it runs where there is none (Node 20) and can send a key, which the browser's
 * own cannot. After a lost connection it comes back, telling the last event it has seen; a refusal ends it.
 */
export function eventSourceBy(fetch: Fetch, headers: Readonly<Record<string, string>>) {
  return class FetchEventSource extends EventTarget {
    static readonly CONNECTING = 0
    static readonly OPEN = 1
    static readonly CLOSED = 2
    readonly CONNECTING = 0
    readonly OPEN = 1
    readonly CLOSED = 2
    readonly withCredentials = false
    readyState = 0
    onopen = null
    onmessage = null
    onerror = null
    readonly url: string
    readonly #leaving = new AbortController()
    #lastId = ''

    constructor(url: string | URL) {
      super()
      this.url = String(url)
      void this.#run()
    }

    close(): void {
      this.readyState = this.CLOSED
      this.#leaving.abort()
    }

    async #run(): Promise<void> {
      const { signal } = this.#leaving
      while (!signal.aborted) {
        try {
          const seen: Record<string, string> = this.#lastId === '' ? {} : { 'Last-Event-ID': this.#lastId }
          const answer = await fetch(this.url, {
            headers: { ...headers, ...seen, Accept: 'text/event-stream' },
            signal,
          })
          if (!answer.ok || answer.body === null) this.close()
          else await this.#read(answer.body)
        } catch {
          // The connection is lost: the same as its end.
        }
        if (!signal.aborted) this.readyState = this.CONNECTING
        this.dispatchEvent(new Event('error'))
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS))
      }
    }

    async #read(body: ReadableStream<Uint8Array>): Promise<void> {
      this.readyState = this.OPEN
      this.dispatchEvent(new Event('open'))
      const reader = body
        .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
        .getReader()
      let waiting = ''
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        const blocks = (waiting + value).split(/\r?\n\r?\n/)
        waiting = blocks.pop() ?? ''
        for (const block of blocks) this.#tell(block)
      }
    }

    /** One event: its lines are `field: value` (HTML § 9.2.6). */
    #tell(block: string): void {
      let type = 'message'
      const data: string[] = []
      for (const line of block.split(/\r?\n/)) {
        const [, field, value = ''] = /^(\w+)(?:: ?(.*))?$/.exec(line) ?? []
        if (field === 'event') type = value
        else if (field === 'data') data.push(value)
        else if (field === 'id') this.#lastId = value
      }
      if (data.length === 0) return
      this.dispatchEvent(new MessageEvent(type, { data: data.join('\n'), lastEventId: this.#lastId }))
    }
  }
}
