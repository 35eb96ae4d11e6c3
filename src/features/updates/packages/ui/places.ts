/** Where packages are in the app, and their bytes on the server. */
export const PACKAGES = '/updates/packages'

export const packagePath = (packageId: string) => `${PACKAGES}/${packageId}`
export const rulePath = (ruleId: string) => `/updates/rules/${ruleId}`
export const filePath = (packageId: string, position: number) =>
  `/api/v1/packages/${packageId}/files/${position}`

/** The page of uploads; with the id of an unfinished one, at that. */
export const uploadPath = (draftId?: string) =>
  `${PACKAGES}/upload${draftId === undefined ? '' : `?draft=${draftId}`}`
