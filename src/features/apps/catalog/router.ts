import { mutationOf, queryOf, router } from '../../../trpc/procedures'
import { AppPage, AppRef, AppVersionPage, AppVersionView, AppView, DeletedVersion } from './schemas'
import { changeApp, deleteApp, deleteAppVersion } from './service/change'
import { getApp, getAppVersion, listApps, listAppVersions } from './service/find'

const tag = 'Applications'

export const appsRouter = router({
  list: queryOf(listApps, {
    method: 'GET',
    path: '/apps',
    summary: 'List Android applications with their newest versions',
    tag,
    output: AppPage,
  }),
  get: queryOf(getApp, {
    method: 'GET',
    path: '/apps/{appId}',
    summary: 'Show an application and the sets that name it',
    tag,
    output: AppView,
  }),
  update: mutationOf(changeApp, {
    method: 'PATCH',
    path: '/apps/{appId}',
    summary: 'Change the notes of an application',
    tag,
    output: AppView,
  }),
  delete: mutationOf(deleteApp, {
    method: 'DELETE',
    path: '/apps/{appId}',
    summary: 'Delete an application, none of whose versions a set installs',
    tag,
    output: AppRef,
  }),
})

export const appVersionsRouter = router({
  list: queryOf(listAppVersions, {
    method: 'GET',
    path: '/apps/{appId}/versions',
    summary: 'List the versions of an application',
    tag,
    output: AppVersionPage,
  }),
  get: queryOf(getAppVersion, {
    method: 'GET',
    path: '/app-versions/{versionId}',
    summary: 'Show a version and what was read in its APK',
    tag,
    output: AppVersionView,
  }),
  delete: mutationOf(deleteAppVersion, {
    method: 'DELETE',
    path: '/app-versions/{versionId}',
    summary: 'Delete a version that no set installs; with its last one goes the application',
    tag,
    output: DeletedVersion,
  }),
})
