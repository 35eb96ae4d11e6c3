import { z } from 'zod'
import { mutationOf, queryOf, router } from '../../../trpc/procedures'
import {
  AppsTally,
  ProtectedList,
  ProtectedPattern,
  ProtectedView,
  RevisionPage,
  SetComparison,
  SetPage,
  SetRef,
  SetView,
} from './schemas'
import { changeSet, copySet, createSet, deleteSet, releaseSet } from './service/change'
import { compareSets, getSet, listRevisions, listSets } from './service/find'
import { previewSet } from './service/preview'
import { addProtected, listProtected, removeProtected } from './service/protected-list'

const tag = 'Application sets'
const one = '/app-sets/{setId}'

export const appSetsRouter = router({
  list: queryOf(listSets, {
    method: 'GET',
    path: '/app-sets',
    summary: 'List sets of applications',
    tag,
    output: SetPage,
  }),
  get: queryOf(getSet, {
    method: 'GET',
    path: one,
    summary: 'Show a set of applications',
    tag,
    output: SetView,
  }),
  create: mutationOf(createSet, {
    method: 'POST',
    path: '/app-sets',
    summary: 'Make a set of applications',
    tag,
    status: 201,
    output: SetView,
  }),
  update: mutationOf(changeSet, {
    method: 'PATCH',
    path: one,
    summary: 'Change a set',
    tag,
    output: SetView,
  }),
  release: mutationOf(releaseSet, {
    method: 'POST',
    path: `${one}/release`,
    summary: 'Send the newest revision of a set to all its terminals at once',
    tag,
    output: SetView,
  }),
  copy: mutationOf(copySet, {
    method: 'POST',
    path: `${one}/copy`,
    summary: 'Make another set of the same content',
    tag,
    status: 201,
    output: SetView,
  }),
  delete: mutationOf(deleteSet, {
    method: 'DELETE',
    path: one,
    summary: 'Delete a set that no terminal has',
    tag,
    output: SetRef,
  }),
  revisions: queryOf(listRevisions, {
    method: 'GET',
    path: `${one}/revisions`,
    summary: 'What a set has been, the newest first',
    tag,
    output: RevisionPage,
  }),
  compare: queryOf(compareSets, {
    method: 'GET',
    path: `${one}/compare/{otherSetId}`,
    summary: 'Compare two sets, or two revisions of one',
    tag,
    output: SetComparison,
  }),
  preview: queryOf(previewSet, {
    method: 'POST',
    path: `${one}/preview`,
    summary: 'See what a set, or a change of it, would do with its terminals',
    tag,
    output: AppsTally,
  }),
  protected: queryOf(listProtected, {
    method: 'GET',
    path: '/app-protections',
    summary: 'What no set removes',
    tag,
    output: ProtectedList,
  }),
  protect: mutationOf(addProtected, {
    method: 'POST',
    path: '/app-protections',
    summary: 'Protect applications from being removed',
    tag,
    output: ProtectedView,
  }),
  unprotect: mutationOf(removeProtected, {
    method: 'DELETE',
    path: '/app-protections/{pattern}',
    summary: 'Protect applications no longer',
    tag,
    output: z.object({ pattern: ProtectedPattern.shape.pattern }),
  }),
})
