import { withoutControls } from '../fleet/without-controls'

/** What a server asks, on one line: it may not drive a terminal, nor look like the question of another one. */
export const questionLine = (text: string): string =>
  withoutControls(text.replace(/\s+/g, ' ')).replace(/ +/g, ' ').trim().slice(0, longestQuestion)

/** Characters. */
const longestQuestion = 1_000
