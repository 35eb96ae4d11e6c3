// @ts-check
import process from 'node:process'
import { createClient, createFiles, failureCode } from 'psmanager/client'

/** Calls and files of the server that `PSM_URL` names, with the key in `PSM_API_KEY`. */
export function connect() {
  const { PSM_URL: url, PSM_API_KEY: apiKey } = process.env
  if (url === undefined || apiKey === undefined) return stop('Set PSM_URL and PSM_API_KEY.')
  return { psm: createClient({ url, apiKey }), files: createFiles({ url, apiKey }) }
}

/**
 * Ends the program with one line that says what is wrong, and with the code of a refusal where it is one.
 * @param {unknown} error
 * @returns {never}
 */
export function stop(error) {
  console.error(wordsOf(error))
  process.exit(1)
}

/**
 * @param {unknown} error
 * @returns {string}
 */
function wordsOf(error) {
  if (!(error instanceof Error)) return String(error)
  const code = failureCode(error)
  if (code === 'unauthenticated')
    return `${code}: The server does not know the key in PSM_API_KEY: it was mistyped, revoked or has expired.`
  if (code !== undefined) return `${code}: ${error.message}`
  const reason = firstCause(error)
  // What fetch throws where nothing answers; of Deno the message says why itself.
  if (
    /fetch failed|error sending request|Failed to parse URL|Invalid URL/i.test(`${error.message} ${reason}`)
  )
    return `The server at PSM_URL (${process.env.PSM_URL}) cannot be reached: ${reason}`
  return error.message
}

/**
 * Of an error that others were made of: the first of them, in one line.
 * @param {Error} error
 * @returns {string}
 */
function firstCause(error) {
  const { cause } = error
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return firstCause(cause.errors[0])
  if (cause instanceof Error && cause !== error) return firstCause(cause)
  return (error.message || error.name).split('\n', 1)[0] ?? ''
}
