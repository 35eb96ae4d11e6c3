import type { ServerResponse } from 'node:http'

/**
 * Cuts off an answer of which nothing is taken, be it that the receiver stands still or that it is gone without a word.
 * What has left is looked at every `ms`: who goes on taking is served however long that is, and who stands still is cut
 * within two looks. The system tells of it by a third of its buffer, which grows with the speed of the link: a link that
 * was fast and has become very slow may be cut too, and goes on with a small one.
 */
export function cutWhenStalled(res: ServerResponse, ms: number): void {
  res.setTimeout(ms, () => res.destroy())
}
