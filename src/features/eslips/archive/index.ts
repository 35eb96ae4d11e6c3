export { type ArchiveEntry, type ArchiveWindow, findArchived, listArchives } from './list'
export type { ArchiveFilter } from './read/filter'
export { type ArchiveRef, type ReadOptions, type ReadResult, readArchive } from './read/read'
export type { ArchivedSlip } from './read/slip'
