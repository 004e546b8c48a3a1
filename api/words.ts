import { z } from 'zod'

/** Words that several schemas share. */

export const instantText = z.iso.datetime().meta({ description: 'In UTC.' })
export const scopes = z.array(z.enum(['ingest', 'read', 'admin']))
