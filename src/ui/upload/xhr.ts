import type { UploadSender } from './transport'

const STALLED_MS = 60_000

/** Sends by XMLHttpRequest, for fetch does not tell how much of a body has left. A request on which nothing moves is broken off. */
export const sendByXhr: UploadSender = ({ method, url, body, signal, onProgress }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let watch: ReturnType<typeof setTimeout> | undefined
    const moved = () => {
      clearTimeout(watch)
      watch = setTimeout(() => request.abort(), STALLED_MS)
    }
    const abort = () => request.abort()
    const end = () => {
      clearTimeout(watch)
      signal.removeEventListener('abort', abort)
    }
    request.onload = () => {
      end()
      const wait = Number(request.getResponseHeader('Retry-After'))
      resolve({
        status: request.status,
        text: request.responseText,
        retryAfterSeconds: Number.isFinite(wait) && wait > 0 ? wait : undefined,
      })
    }
    request.onerror = () => {
      end()
      reject(new Error('No answer came.'))
    }
    request.onabort = () => {
      end()
      reject(signal.aborted ? signal.reason : new Error('The connection stalled.'))
    }
    request.upload.onprogress = (event) => {
      moved()
      onProgress?.(event.loaded)
    }
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', abort)
    request.open(method, url)
    if (typeof body === 'string') request.setRequestHeader('Content-Type', 'application/json')
    else if (body !== undefined) request.setRequestHeader('Content-Type', 'application/octet-stream')
    moved()
    request.send(body ?? null)
  })
