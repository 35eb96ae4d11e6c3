/** Asks the REST interface; `undefined` as Body where nothing comes back. @throws RestRefused where the server refuses */
export type Call = <Body>(method: string, address: string, json?: unknown) => Promise<Body>

/** What the server refused, by its status and stable code. */
export class RestRefused extends Error {
  override readonly name = 'RestRefused'

  constructor(
    readonly status: number,
    readonly code: string,
    asked: string,
    said: string,
  ) {
    super(`${asked}: ${status} ${code}: ${said}`)
  }
}

/** REST as an integrator has it, with an API key. */
export function openRest(server: string, apiKey: string): Call {
  return async <Body>(method: string, address: string, json?: unknown): Promise<Body> => {
    const answer = await fetch(new URL(`/api/v1${address}`, server), {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    const text = await answer.text()
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    if (answer.ok) return body as Body
    const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown }
    throw new RestRefused(answer.status, String(code), `${method} ${address}`, String(message))
  }
}
