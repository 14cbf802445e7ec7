/** A list of a thousand fleets is a hundredth of it; bytes. */
const mostBody = 16 * 1024 * 1024

/** What an answer says, or undefined where that is more than anybody would have to say. Rejects as fetch does. */
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
