import { z } from 'zod'
import { PROJECT_NAMES } from './project-names.ts'

/** What a server says of itself to who may look. */
export const serverAnswer = z.object({
  version: z.string(),
  url: z.string().nullable().meta({ description: 'Where other machines reach it, as far as it knows.' }),
  engine: z.enum(['sqlite', 'postgres']),
  size_bytes: z.int().meta({ description: 'What the ledger takes on disk.' }),
  price_book: z.string(),
  contract: z.string().nullable().meta({ description: 'Name of the contract prices; null without any.' }),
  project_names: z.enum(PROJECT_NAMES).meta({ description: 'What is kept of projects.' }),
  viewers: z.enum(['signed-in', 'anyone']),
  tz: z.string().meta({ description: 'Zone whose days are meant where a query names none.' }),
})

export type ServerAnswer = z.output<typeof serverAnswer>
