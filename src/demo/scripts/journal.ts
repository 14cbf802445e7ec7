import type { AnswerScript } from './answer'

export const journal: AnswerScript = (server, [unit = '', lines = '0']) => {
  const said = server.workerOfUnit(unit)?.journal.last(Number(lines)) ?? []
  return { exitCode: 0, stdout: said.length > 0 ? `${said.join('\n')}\n` : '-- No entries --\n' }
}
