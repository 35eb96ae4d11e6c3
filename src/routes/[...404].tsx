import { A } from '@solidjs/router'
import { HttpStatusCode } from '@solidjs/start'

export default function NotFound() {
  return (
    <main class="mx-auto max-w-xl px-6 py-24">
      <HttpStatusCode code={404} />
      <h1 class="text-2xl font-semibold">There is no such page</h1>
      <p class="mt-3 text-slate-600">
        Go back to{' '}
        <A href="/" class="text-teal-700 underline underline-offset-4">
          the start
        </A>
        .
      </p>
    </main>
  )
}
