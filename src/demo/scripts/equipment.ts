import type { AnswerScript } from './answer'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

export const equipment: AnswerScript = (server, [directory = '', environment = '']) => {
  const hasUnit = server.files.has(server.unitFile)
  const lines = [
    `cores=${server.cores}`,
    'architecture=x86_64',
    `boot=boot-of-${server.name}`,
    `system_base64=${base64('Simulated Linux 1')}`,
    'systemd=yes',
    `directory=${server.files.has(directory) ? 'directory' : 'missing'}`,
    `environment=${server.files.has(environment) ? 'file' : 'missing'}`,
    ...(server.files.has(directory) ? [`bytes=${48e6}`] : []),
    `free=${12e9}`,
    `unit_state=${hasUnit ? 'loaded' : 'not-found'}`,
    ...(hasUnit ? [`unit_path_base64=${base64(server.unitFile)}`] : []),
    'user=root:0',
    ...[...server.workers.values()]
      .filter(worker => worker.answers(Date.now()))
      .map(worker => `listening=0.0.0.0:${worker.port}`),
  ]
  return { exitCode: 0, stdout: `${lines.join('\n')}\n`, takes: 120 }
}
