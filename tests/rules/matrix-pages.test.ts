import { expect, it } from 'vitest'
import { OPEN_PAGES, PAGES } from '../support/pages'
import { PAGES_NEED } from './matrix-pages'

it('every page has a row in the matrix, and every row a page', () => {
  expect(Object.keys(PAGES_NEED).sort()).toEqual(PAGES.filter((page) => !OPEN_PAGES.includes(page)).sort())
})
