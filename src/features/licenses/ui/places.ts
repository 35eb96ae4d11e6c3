/** Where things are in the app, and their bytes on the server. */
export const LICENCES = '/license/licences'
export const NUMBERS = '/license/numbers'
export const TERMINALS = '/monitoring/status'

export const licencePath = (licenseId: string) => `${LICENCES}/${licenseId}`
export const terminalPath = (terminalId: string) => `${TERMINALS}/${terminalId}`
export const contentPath = (licenseId: string) => `/api/v1/licenses/${licenseId}/content`

/** What an upload is for, where that is known before the file. */
export interface UploadAim {
  serial?: string
  platform?: string
  product?: string
  /** The licence that is to be replaced. */
  replaces?: string
  /** The earlier licence whose file is to be used once more. */
  reuses?: string
}

export function uploadPath(aim: UploadAim = {}): string {
  const query = new URLSearchParams(Object.entries(aim).filter(([, value]) => value !== '')).toString()
  return `${LICENCES}/upload${query === '' ? '' : `?${query}`}`
}
