import { describe, expect, it } from 'vitest'
import { pageAt, scriptsOf } from '../../src/app/pages-of-build'

const page = (...hrefs: string[]) => ({
  output: '',
  assets: [
    ...hrefs.map((href) => ({ tag: 'link', attrs: { href, rel: 'modulepreload' } })),
    { tag: 'link', attrs: { href: '/style.css', rel: 'stylesheet' } },
  ],
})
const manifest = {
  'src/routes/[...404].tsx?pick=default&pick=$css': page('/404.js'),
  'src/routes/index.tsx?pick=default&pick=$css': page('/start.js'),
  'src/routes/license/licences/[licenseId].tsx?pick=default&pick=$css': page('/one.js'),
  'src/routes/license/licences/index.tsx?pick=default&pick=$css': page('/list.js', '/table.js'),
  'src/routes/license/licences/upload.tsx?pick=default&pick=$css': page('/upload.js'),
  'virtual:$vinxi/handler/client': page('/client.js'),
}

describe('the pages of a build', () => {
  it.each([
    ['/', ['/start.js']],
    ['/license/licences', ['/list.js', '/table.js']],
    ['/license/licences/', ['/list.js', '/table.js']],
    ['/license/licences/upload', ['/upload.js']],
    ['/license/licences/0197d1d0', ['/one.js']],
  ])('have at %s the scripts %j', (path, scripts) => {
    expect(scriptsOf(pageAt(manifest, path))).toEqual(scripts)
  })

  it.each(['/license/licences/0197d1d0/more', '/license', '/no-such-page', '/404'])(
    'have none at %s',
    (path) => {
      expect(pageAt(manifest, path)).toBeUndefined()
    },
  )
})
