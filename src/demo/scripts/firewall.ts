import { type AnswerScript, done, lockLost } from './answer'

export const firewall: AnswerScript = (server, [, token, tool = '', ports = '', sources = '']) => {
  if (!server.lock.isHeldBy(token)) return lockLost
  const before = JSON.stringify(server.firewall)
  server.firewall = tool === 'none' ? undefined : { tool, ports, sources }
  return before === JSON.stringify(server.firewall) ? { exitCode: 0, stdout: 'result=already\n' } : done
}
