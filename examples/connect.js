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
 * Ends the program: with what is wrong, and the code of a refusal where it is one.
 * @param {unknown} error
 * @returns {never}
 */
export function stop(error) {
  const code = failureCode(error)
  const message = error instanceof Error ? error.message : String(error)
  console.error(code === undefined ? message : `${code}: ${message}`)
  process.exit(1)
}
