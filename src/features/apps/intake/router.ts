import { mutationOf, queryOf, router } from '../../../trpc/procedures'
import { AppReport, TakenVersion } from './schemas'
import { createAppVersion } from './service/create'
import { inspectApp } from './service/inspect'

const tag = 'Applications'

export const appIntakeRouter = router({
  inspect: queryOf(inspectApp, {
    method: 'POST',
    path: '/app-versions/inspect',
    summary: 'See what an uploaded APK says of itself, before a version is made of it',
    tag,
    output: AppReport,
  }),
  create: mutationOf(createAppVersion, {
    method: 'POST',
    path: '/app-versions',
    summary: 'Make a version of an uploaded APK; where the answer got lost, ask the same again',
    tag,
    status: 201,
    output: TakenVersion,
  }),
})
