import { describe, expect, it } from 'vitest'
import { pageScripts } from '../../src/app/page-scripts'

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

describe('the scripts of a page', () => {
  it.each([
    ['/', ['/start.js']],
    ['/license/licences', ['/list.js', '/table.js']],
    ['/license/licences/', ['/list.js', '/table.js']],
    ['/license/licences/upload', ['/upload.js']],
    ['/license/licences/0197d1d0', ['/one.js']],
    ['/license/licences/0197d1d0/more', []],
    ['/no-such-page', []],
  ])('of %s are %j', (path, scripts) => {
    expect(pageScripts(manifest, path)).toEqual(scripts)
  })
})
