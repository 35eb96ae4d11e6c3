import { servePress } from '../../features/eslips/archive'

/** Not for people: the thread on which the server makes and reads the files of archived slips. */
servePress()
