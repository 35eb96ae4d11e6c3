/** Text as LIKE and ILIKE take it literally, under PostgreSQL's own escape character; percent signs are for the caller to add. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
