/** Has the browser save a text as a file; the mark at its beginning tells spreadsheets that it is UTF-8. */
export function saveText(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  Object.assign(link, { href: url, download: fileName, rel: 'external' })
  link.click()
  URL.revokeObjectURL(url)
}
