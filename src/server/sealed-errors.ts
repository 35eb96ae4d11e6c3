import type { ServerResponse } from 'node:http'
import { isFailure } from '../core/errors'
import { getRuntime } from './current-runtime'

/** A plugin of seroval, the serialiser that writes a page's data for the browser; only what we need of its type. */
interface SerializerPlugin {
  tag: string
  test(value: unknown): boolean
  parse: { sync(error: Error): object; stream(error: Error): object; async(error: Error): Promise<object> }
  serialize(sealed: { code?: string }): string
  deserialize(): Error
}

/**
 * Solid writes errors of a rendering into the page with message and stack. This keeps them here: the log gets the
 * error, the page its code if it is one of ours, and nothing else.
 */
export function sealedErrors(res: ServerResponse): SerializerPlugin {
  const codes = new WeakMap<object, string>()
  const seal = (error: Error) => {
    const sealed = {}
    if (isFailure(error) && error.kind !== 'internal') codes.set(sealed, error.code)
    else getRuntime().log.error('page_failed', { requestId: String(res.getHeader('X-Request-Id')), error })
    return sealed
  }
  return {
    tag: 'psm/error',
    test: (value) => value instanceof Error,
    parse: { sync: seal, stream: seal, async: async (error) => seal(error) },
    serialize(sealed) {
      const code = codes.get(sealed)
      const bare = `Object.assign(new Error("The page could not be made."),{stack:""})`
      return code === undefined ? bare : `Object.assign(${bare},{code:${JSON.stringify(code)}})`
    },
    deserialize: () => new Error('The page could not be made.'),
  }
}
