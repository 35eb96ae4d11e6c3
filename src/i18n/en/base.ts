/** What every page shows, in one piece. */
export { app } from './app'
export { ui } from './ui'
