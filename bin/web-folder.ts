import { join } from 'node:path'

/** Put in by the build (scripts/build.ts), where this file ends up in another folder than its source. */
declare const __FORGE_WEB__: string | undefined

/** Where the built dashboard lies: beside the program, or where a checkout last built it. */
export const WEB_FOLDER = join(import.meta.dirname, typeof __FORGE_WEB__ === 'string' ? __FORGE_WEB__ : '../dist/web')
