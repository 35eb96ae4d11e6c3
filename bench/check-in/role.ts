import { play, type Role } from './processes'

/** The program of every process that a bench starts beside itself; what it is for is told in its argument. */
await play(JSON.parse(process.argv[2] ?? '') as Role)
