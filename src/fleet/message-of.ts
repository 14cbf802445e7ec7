/** The message of an error, or of anything else that was thrown or given as an abort reason. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
