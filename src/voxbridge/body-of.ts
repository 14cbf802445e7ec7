/** In bytes; a list of a thousand fleets is a hundredth of this. */
const mostBody = 16 * 1024 * 1024

/** The text of an answer, or undefined if it is longer than any genuine answer would be. Rejects as fetch does. */
export async function bodyOf(answer: Response): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const piece of answer.body ?? []) {
    length += piece.length
    // Leaving the loop ends the answer.
    if (length > mostBody) return undefined
    text += decoder.decode(piece, { stream: true })
  }
  return text + decoder.decode()
}
