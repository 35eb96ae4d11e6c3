/** Where applications are in the app, and their bytes on the server. */
export const APPLICATIONS = '/apps/applications'
export const UPLOAD = `${APPLICATIONS}/upload`

export const appPath = (appId: string) => `${APPLICATIONS}/${appId}`
export const versionPath = ({ id, appId }: { id: string; appId: string }) =>
  `${appPath(appId)}/versions/${id}`
export const setPath = (setId: string) => `/apps/sets/${setId}`
export const apkPath = (versionId: string) => `/api/v1/app-versions/${versionId}/apk`
