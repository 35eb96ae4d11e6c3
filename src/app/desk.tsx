import { QueryClientProvider } from '@tanstack/solid-query'
import type { JSX } from 'solid-js'
import { ConfirmProvider } from '../ui/confirm'
import { Clock } from '../ui/now'
import { ToastRegion } from '../ui/toast'
import { ProofRoom } from './proof-room'
import { createQueryClient } from './queries'
import { Shell } from './shell'

/** What whoever has signed in works with on every page. Its script is loaded for them only: the sign-in page is small. */
export default function Desk(props: { children: JSX.Element }) {
  const queries = createQueryClient()
  return (
    <QueryClientProvider client={queries}>
      <Clock>
        <ToastRegion>
          <ConfirmProvider>
            <ProofRoom>
              <Shell>{props.children}</Shell>
            </ProofRoom>
          </ConfirmProvider>
        </ToastRegion>
      </Clock>
    </QueryClientProvider>
  )
}
