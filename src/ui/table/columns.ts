import type { JSX } from 'solid-js'

export interface Column<Row> {
  id: string
  header: string
  cell(row: Row): JSX.Element
  /** The name the server sorts by; a column without one cannot be sorted. */
  sort?: string
  /** Cannot be hidden. The first of these is the title of the card a row becomes on a narrow screen. */
  isFixed?: boolean
  align?: 'end'
  /** In the card of a narrow screen below its heading, across all of it: for what is a table or a list itself. */
  isBlock?: boolean
  /** Keeps one line whatever the width, cut with an ellipsis. */
  isWide?: boolean
}
