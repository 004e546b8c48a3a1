import { readdirSync, readFileSync } from 'node:fs'
import { hash } from 'node:crypto'
import { extname, join, relative, sep } from 'node:path'
import type { Hono, HonoRequest } from 'hono'
import type { ServerEnv } from './route.ts'

/** A file of the dashboard in every form in which it can be sent. */
interface Asset {
  readonly type: string
  readonly etag: string
  /** Never changes under this name. */
  readonly isHashed: boolean
  readonly bodies: Readonly<Partial<Record<Encoding, Uint8Array<ArrayBuffer>>>> & {
    readonly identity: Uint8Array<ArrayBuffer>
  }
}

type Encoding = 'br' | 'gzip' | 'identity'

/** The dashboard's files by their exact path: what is not in here is not there, so no path can lead anywhere else. */
export type Dashboard = ReadonlyMap<string, Asset>

/** How files that a page is made of are logged. */
export const ASSETS_ROUTE = '/assets/*'

/** Paths that are the page itself: which of its pages is meant, it reads from the address (web/address.ts). */
const PAGES = [
  '/',
  '/machines',
  '/models',
  '/projects',
  '/sessions',
  '/limits',
  '/settings',
  '/setup',
  '/sign-in',
  '/pair',
  '/share',
] as const

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

const COMPRESSED = { '.br': 'br', '.gz': 'gzip' } as const

/** Only what this server itself sends may run, be shown or be asked for. Nothing inline, no other site, no frame. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** Reads a built dashboard, with the compressed forms that lie beside its files; empty where there is none. */
export function readDashboard(folder: string): Dashboard {
  const files = new Map<string, Asset>()
  const names = filesIn(folder)
  for (const name of names) {
    if (extname(name) in COMPRESSED) continue
    const type = TYPES[extname(name)]
    if (type === undefined) continue
    const identity = bytesOf(join(folder, name))
    const bodies = Object.fromEntries(
      Object.entries(COMPRESSED)
        .filter(([extension]) => names.includes(name + extension))
        .map(([extension, encoding]) => [encoding, bytesOf(join(folder, name + extension))]),
    )
    const etag = `W/"${hash('sha256', identity, 'base64url').slice(0, 22)}"`
    const path = `/${name.split(sep).join('/')}`
    files.set(path, { type, etag, isHashed: path.startsWith('/assets/'), bodies: { ...bodies, identity } })
  }
  const page = files.get('/index.html')
  if (page !== undefined) for (const path of PAGES) files.set(path, page)
  return files
}

/** Serves the dashboard's files to anyone: they hold no data. */
export function mountDashboard(app: Hono<ServerEnv>, dashboard: Dashboard): void {
  for (const [path, asset] of dashboard) {
    app.get(path, (c) => {
      c.set('route', asset.isHashed ? ASSETS_ROUTE : path)
      const headers = headersOf(asset)
      if (c.req.header('If-None-Match') === asset.etag) return c.body(null, 304, headers)
      const encoding = preferredEncoding(c.req.header('Accept-Encoding') ?? '', asset)
      const body = asset.bodies[encoding] ?? asset.bodies.identity
      return c.body(body, 200, encoding === 'identity' ? headers : { ...headers, 'Content-Encoding': encoding })
    })
  }
}

/**
 * The page, for who went to a path beside its pages where nothing is: it says so, and leads on. Undefined for a
 * program, and below other paths, where the page would not find its files.
 */
export function lostPage(dashboard: Dashboard | undefined, { method, path, raw }: HonoRequest): Response | undefined {
  const page = dashboard?.get('/index.html')
  const isPerson = method === 'GET' && (raw.headers.get('Accept') ?? '').includes('text/html')
  if (page === undefined || !isPerson || path.lastIndexOf('/') > 0) return undefined
  return new Response(page.bodies.identity, { status: 404, headers: headersOf(page) })
}

function headersOf({ type, etag, isHashed }: Asset): Record<string, string> {
  return {
    'Content-Type': type,
    'Content-Security-Policy': PAGE_POLICY,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
    ETag: etag,
  }
}

/** Brotli before gzip, of what the browser takes; what it refuses by `q=0` it does not get. */
function preferredEncoding(accepted: string, { bodies }: Asset): Encoding {
  const offers = accepted.split(',').map((offer) => offer.trim().split(/\s*;\s*q=/))
  const takes = (name: string) => offers.some(([encoding, q]) => encoding === name && Number(q ?? 1) > 0)
  return (['br', 'gzip'] as const).find((encoding) => bodies[encoding] !== undefined && takes(encoding)) ?? 'identity'
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return []
    throw error
  }
}

function bytesOf(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(path))
}
