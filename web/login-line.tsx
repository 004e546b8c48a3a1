import { SERVER_PATH } from '../api/paths.ts'
import type { ServerAnswer } from '../api/about-server.ts'
import { CopyLine } from './copy-line.tsx'
import { usePath } from './use-report.ts'

/** What is typed on another machine, so that it comes in. */
export function LoginLine({ code }: { readonly code?: string }) {
  // From the server's own machine, this address is of no use elsewhere.
  return /^(localhost|127\.|\[::1\])/.test(location.hostname) ? (
    <AskedLoginLine code={code} />
  ) : (
    <Line url={pageUrl()} code={code} />
  )
}

/** Where this page came from, without a slash at its end. */
export function pageUrl(): string {
  return new URL('.', location.href).href.replace(/\/$/, '')
}

function AskedLoginLine({ code }: { readonly code: string | undefined }) {
  const { answer } = usePath<ServerAnswer>(SERVER_PATH)
  return <Line url={answer?.url ?? pageUrl()} code={code} />
}

function Line({ url, code }: { readonly url: string; readonly code: string | undefined }) {
  return <CopyLine text={`npx claudeforge login ${url}${code === undefined ? '' : ` --code ${code}`}`} />
}
