/** The files of a drop, those in folders too; what cannot be read is left out. */
export async function filesOfDrop(transfer: DataTransfer): Promise<File[]> {
  // Both lists are emptied as soon as the event has been handled.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry())
  const plain = [...transfer.files]
  if (!entries.some((entry) => entry?.isDirectory)) return plain
  const nested = await Promise.all(entries.map((entry) => (entry === null ? [] : filesOfEntry(entry))))
  return nested.flat()
}

async function filesOfEntry(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    const file = await new Promise<File | undefined>((resolve) =>
      (entry as FileSystemFileEntry).file(resolve, () => resolve(undefined)),
    )
    return file === undefined ? [] : [withPath(file, entry.fullPath)]
  }
  const children = await entriesOf((entry as FileSystemDirectoryEntry).createReader())
  const nested = await Promise.all(children.map(filesOfEntry))
  return nested.flat()
}

/** A file out of a folder says where it lay, as one of a chosen folder does. */
function withPath(file: File, fullPath: string): File {
  Object.defineProperty(file, 'webkitRelativePath', { value: fullPath.replace(/^\//, '') })
  return file
}

/** A reader gives a hundred entries at a time, and an empty list at the end. */
async function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    )
    if (some.length === 0) return all
    all.push(...some)
  }
}
