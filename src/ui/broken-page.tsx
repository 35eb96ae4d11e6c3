import { HttpStatusCode } from '@solidjs/start'

/** What a person sees when a page could not be made. On the server the error itself went to the log. */
export function BrokenPage() {
  return (
    <main class="mx-auto max-w-xl px-6 py-24">
      <HttpStatusCode code={500} />
      <h1 class="text-2xl font-semibold">This page could not be shown</h1>
      <p class="mt-3 text-slate-600">
        The mistake is ours and has been logged. Load the page again in a moment.
      </p>
    </main>
  )
}
