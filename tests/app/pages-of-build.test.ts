import { describe, expect, it } from 'vitest'
import { listForBrowser, pageAt, scriptsOf } from '../../src/app/pages-of-build'

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
    expect(scriptsOf(manifest[pageAt(manifest, path) as keyof typeof manifest].assets)).toEqual(scripts)
  })

  it.each(['/license/licences/0197d1d0/more', '/license', '/no-such-page', '/404'])(
    'have none at %s',
    (path) => {
      expect(pageAt(manifest, path)).toBeUndefined()
    },
  )

  it('names a script once, however many parts of a page load it', () => {
    expect(scriptsOf([...page('/list.js', '/table.js').assets, ...page('/table.js').assets])).toEqual([
      '/list.js',
      '/table.js',
    ])
  })

  it('tells the browser where pages are and what they look like, not each of their scripts', () => {
    expect(
      listForBrowser({ 'src/routes/index.tsx': { ...page('/start.js', '/table.js'), output: '/start.js' } }),
    ).toEqual({
      'src/routes/index.tsx': {
        output: '/start.js',
        assets: [{ tag: 'link', attrs: { href: '/style.css', rel: 'stylesheet' } }],
      },
    })
  })
})
