/** The first line of an export, by which an import knows it. */
export const EXPORT_HEADER = { type: 'claudeforge-export', schema_version: 1 } as const
