import type { AnswerScript } from './answer'

export const examine: AnswerScript = (server, [, nginx]) => {
  const complaint = nginx === 'nginx' ? server.nginxComplaint() : undefined
  const test =
    complaint === undefined
      ? ['nginx_test=passed']
      : ['nginx_test=failed', `nginx_said_base64=${Buffer.from(complaint).toString('base64')}`]
  const lines = ['systemd=running', 'template=disabled', ...(nginx === 'nginx' ? test : [])]
  return { exitCode: 0, stdout: `${lines.join('\n')}\n`, takes: 60 }
}
