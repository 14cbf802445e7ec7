/** What an error says, or anything else that was thrown or aborted with. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
