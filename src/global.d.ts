/// <reference types="@solidjs/start/env" />

/** By a page's file the rooms of the dictionaries whose texts it shows; read off the sources by src/server/words-of-pages.ts. */
declare const WORDS_OF_PAGES: Readonly<Record<string, readonly string[]>>
