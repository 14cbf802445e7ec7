import type { Prompts } from '../remote/connection'
import type { Console } from './console'

/**
 * Questions while connecting, asked on the terminal one at a time. Without a terminal, an unknown host key is not trusted and no secret
 * is given, except the sudo password from the environment. Ctrl-C is a SIGINT for the whole command.
 */
export function terminalPrompts(console: Console): Prompts {
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    const answer = turn.then(ask)
    turn = answer.catch(() => {})
    return answer
  }
  let isInterrupted = false
  // The terminal gives a question's Ctrl-C to the question; it is meant for the command, and not for one server of many.
  const interrupted = () => {
    isInterrupted = true
    process.kill(process.pid, 'SIGINT')
  }
  return {
    trustHostKey: ({ machine, host, keyType, fingerprint, file }) =>
      inTurn(async () => {
        if (isInterrupted || !console.interactive) return false
        const name = machine === host ? machine : `${machine} (${host})`
        const answer = await console.ask(
          `The host key of ${name} is not known: ${keyType} ${fingerprint}\nTrust it and add it to ${file}? [yes/no] `,
          { interrupted },
        )
        return answer?.trim().toLowerCase() === 'yes'
      }),
    secret: ({ machine, reason, echo }) =>
      inTurn(async () => {
        if (isInterrupted || !console.interactive) return undefined
        return console.ask(`${machine}: ${reason}: `, { hidden: !echo, interrupted })
      }),
  }
}
