/** A TID as people say it; with its acquirer where there is one. */
export function tidName({ acquirer, tid }: { acquirer: string | null; tid: string }): string {
  return acquirer ? `${tid} (${acquirer})` : tid
}
