import type { TerminalMessage } from './message'

export interface Match {
  message: TerminalMessage
  params: Readonly<Record<string, string>>
}

interface Pattern {
  segments: readonly string[]
  byMethod: Map<string, TerminalMessage>
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({})

/** Finds the message of a path: fixed paths by one look-up, those with parameters by walking a short list. */
export class Routes {
  readonly #fixed = new Map<string, Map<string, TerminalMessage>>()
  readonly #patterns: Pattern[] = []

  constructor(messages: readonly TerminalMessage[]) {
    for (const message of messages) this.#methodsOf(message.path).set(message.method, message)
  }

  /** The message, or the methods that this path allows, or undefined where there is no such path. */
  match(method: string, path: string): Match | { allow: string[] } | undefined {
    const fixed = this.#fixed.get(path)
    if (fixed !== undefined) return pick(fixed, method, NO_PARAMS)
    const segments = path.split('/')
    for (const pattern of this.#patterns) {
      const params = paramsOf(pattern.segments, segments)
      if (params !== undefined) return pick(pattern.byMethod, method, params)
    }
    return undefined
  }

  #methodsOf(path: string): Map<string, TerminalMessage> {
    if (!path.includes(':')) {
      const methods = this.#fixed.get(path) ?? new Map()
      this.#fixed.set(path, methods)
      return methods
    }
    const segments = path.split('/')
    const known = this.#patterns.find((one) => one.segments.join('/') === path)
    if (known !== undefined) return known.byMethod
    const pattern = { segments, byMethod: new Map<string, TerminalMessage>() }
    this.#patterns.push(pattern)
    return pattern.byMethod
  }
}

function pick(byMethod: Map<string, TerminalMessage>, method: string, params: Match['params']) {
  const message = byMethod.get(method) ?? (method === 'HEAD' ? byMethod.get('GET') : undefined)
  return message === undefined ? { allow: [...byMethod.keys()] } : { message, params }
}

function paramsOf(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] as string
    if (!expected.startsWith(':')) {
      if (expected !== segment) return undefined
      continue
    }
    if (segment === '') return undefined
    try {
      params[expected.slice(1)] = decodeURIComponent(segment)
    } catch {
      return undefined
    }
  }
  return params
}
