import { onCleanup } from 'solid-js'
import { createUploadQueue, type Uploads, type UploadsOptions } from './queue'
import { sendByXhr } from './xhr'

/** The files of one page on their way to the server; leaving the page stops them. `onSent` gets each as it has arrived. */
export function createUploads(
  options: Pick<UploadsOptions<File>, 'purpose' | 'isKept' | 'onStarted' | 'onSent'> = {},
): Uploads<File> {
  const uploads = createUploadQueue<File>({
    send: sendByXhr,
    wait: waitForNetwork,
    nowMs: () => performance.now(),
    ...options,
  })
  onCleanup(() => uploads.clear())
  return uploads
}

/** Waits so long, or until the browser says that the network is back, or the signal. */
export function waitForNetwork(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    addEventListener('online', end)
    signal.addEventListener('abort', end)
  })
}
