import { Navigate } from '@solidjs/router'

/** The start is the fleet. */
export default function Start() {
  return <Navigate href="/monitoring/status" />
}
