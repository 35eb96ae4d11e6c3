/** Names in a User-Agent header, the most telling first: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari. */
const BROWSERS: [sign: RegExp, name: string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bYaBrowser\//, 'Yandex'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*\bSafari\//, 'Safari'],
]
const SYSTEMS: [sign: RegExp, name: string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

/** What a session was opened with, as far as it says so. */
export function readUserAgent(header: string): { browser: string | undefined; system: string | undefined } {
  const first = (list: typeof BROWSERS) => list.find(([sign]) => sign.test(header))?.[1]
  return { browser: first(BROWSERS), system: first(SYSTEMS) }
}
