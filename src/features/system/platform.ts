/** The program that runs this one, such as `Node 22.11.0` or `Deno 2.1.4`. */
export const RUNTIME: string =
  process.versions.deno === undefined ? `Node ${process.versions.node}` : `Deno ${process.versions.deno}`
