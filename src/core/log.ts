import pino from 'pino'
import { CUT, redactText } from './redact'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'
export type LogFields = Record<string, string | number | boolean | null | undefined | Error> & {
  error?: Error
}

/** Structured logging: an event's name and flat fields. Bodies, tokens and card numbers have no way in. */
export interface Logger {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
  child(fields: LogFields): Logger
}

const SECRET_NAME = /authorization|cookie|token|password|passwd|secret|code$|apikey|api_key|credential/i
const LONGEST_TEXT = 4_000
/** A number that lies across the end is seen whole. */
const LOOKED_BEYOND = 500

/**
 * A logger that writes JSON lines.
 * @param options.stream where to; standard output when left out
 */
export function createLogger(options: { level: LogLevel; stream?: { write(line: string): void } }): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: 'event',
    formatters: { level: (level) => ({ level }) },
  }
  return wrap(options.stream === undefined ? pino(settings) : pino(settings, options.stream))
}

function wrap(logger: pino.Logger): Logger {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (event: string, fields?: LogFields) => {
    if (!logger.isLevelEnabled(level)) return
    const isLoud = level === 'error' || logger.isLevelEnabled('debug')
    logger[level](fields === undefined ? {} : clean(fields, isLoud), cleanText(event))
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(logger.child(clean(fields, false))),
  }
}

function clean(fields: LogFields, withStack: boolean): Record<string, unknown> {
  const cleaned: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    if (value instanceof Error) cleaned[name] = cleanError(value, withStack)
    else if (SECRET_NAME.test(name)) cleaned[name] = CUT
    else cleaned[name] = typeof value === 'string' ? cleanText(value) : value
  }
  return cleaned
}

function cleanError(error: Error, withStack: boolean): Record<string, unknown> {
  const { code } = error as { code?: unknown }
  return {
    name: error.name,
    message: cleanText(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(withStack && error.stack !== undefined ? { stack: cleanText(error.stack) } : {}),
    ...(error.cause instanceof Error ? { cause: cleanError(error.cause, withStack) } : {}),
  }
}

/** The last net: whatever text got here, no card number and no secret leaves. */
function cleanText(text: string): string {
  return redactText(text.slice(0, LONGEST_TEXT + LOOKED_BEYOND)).slice(0, LONGEST_TEXT)
}
