export interface ClientOptions {
  /** The server's address, such as `https://psm.example`; without a path. */
  url: string
  /** An API key, `psk_…`. Left out by pages, which are known by their session. */
  apiKey?: string
  /** Stands in for the runtime's own `fetch`. */
  fetch?: typeof globalThis.fetch
}
