import { mutationOf, queryOf, router } from '../../../trpc/procedures'
import { InspectReport, PackagePage, PackageRef, PackageView } from './schemas'
import { changePackage, deletePackage } from './service/change'
import { createPackage } from './service/create'
import { getPackage, listPackages } from './service/find'
import { inspectPackage } from './service/inspect'

const tag = 'Packages'

export const packagesRouter = router({
  list: queryOf(listPackages, {
    method: 'GET',
    path: '/packages',
    summary: 'List system packages',
    tag,
    output: PackagePage,
  }),
  get: queryOf(getPackage, {
    method: 'GET',
    path: '/packages/{packageId}',
    summary: 'Show a package, its files and the rules that need it',
    tag,
    output: PackageView,
  }),
  inspect: queryOf(inspectPackage, {
    method: 'POST',
    path: '/packages/inspect',
    summary: 'See what uploaded files say of themselves, before a package is made of them',
    tag,
    output: InspectReport,
  }),
  create: mutationOf(createPackage, {
    method: 'POST',
    path: '/packages',
    summary: 'Make a package of uploaded files; where the answer got lost, ask the same again',
    tag,
    status: 201,
    output: PackageView,
  }),
  update: mutationOf(changePackage, {
    method: 'PATCH',
    path: '/packages/{packageId}',
    summary: 'Change the models and notes of a package',
    tag,
    output: PackageView,
  }),
  delete: mutationOf(deletePackage, {
    method: 'DELETE',
    path: '/packages/{packageId}',
    summary: 'Delete a package that no rule needs',
    tag,
    output: PackageRef,
  }),
})
