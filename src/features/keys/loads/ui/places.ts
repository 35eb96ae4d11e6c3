/** Where things are in the app, and their bytes on the server. */
export const LOADING = '/keys/loading'

export const keysPath = (terminalId: string) => `${LOADING}/${terminalId}`
export const terminalPath = (terminalId: string) => `/monitoring/status/${terminalId}`
export const batchPath = (batch: string) => `${LOADING}?${new URLSearchParams({ batch })}`
export const reportHref = (batch: string, lang: string) =>
  `/api/v1/key-batches/export.csv?${new URLSearchParams({ batch, lang })}`
