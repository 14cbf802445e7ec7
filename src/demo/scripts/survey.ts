import type { AnswerScript } from './answer'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

export const survey: AnswerScript = server => {
  const workers = [...server.workers.values()]
  const lines = [
    `hostname=${server.name}`,
    `boot=boot-of-${server.name}`,
    `addresses=127.0.0.1 ${server.address}`,
    ...workers.flatMap(({ id, activeState, enabled, pid }) => [
      `unit=voxcore@${id}.service`,
      `MainPID=${pid}`,
      `EnvironmentFiles=${server.environmentFile} (ignore_errors=yes)`,
      'WorkingDirectory=/opt/voxcore',
      `ActiveState=${activeState}`,
      `UnitFileState=${enabled ? 'enabled' : 'disabled'}`,
    ]),
    'sockets=listed',
    ...workers
      .filter(worker => worker.activeState === 'active')
      .map(({ id, port }) => `listens=voxcore@${id}.service port 0.0.0.0:${port}`),
    `env_file=${base64(server.environmentFile)} read MAX_CONCURRENT_CALLS VOXCORE_WORKERS`,
    ...(server.hasNginx ? ['nginx=active', ...upstreamLines(server.upstreamFile, server.files)] : ['nginx=none']),
  ]
  return { exitCode: 0, stdout: `${lines.join('\n')}\n`, takes: 90 }
}

/** The one block of the demo's file, a directive a line. */
function upstreamLines(file: string | undefined, files: ReadonlyMap<string, string>): string[] {
  const [, name = '', block = ''] = /upstream\s+(\S+)\s*\{([^}]*)\}/.exec(files.get(file ?? '') ?? '') ?? []
  const directives = block
    .replace(/#.*/g, '')
    .split(';')
    .map(directive => directive.trim().replace(/\s+/g, ' '))
  return [
    `upstream_file_base64=${base64(file ?? '')}`,
    `upstream_base64=${base64(name)}`,
    ...directives.filter(Boolean).map(directive => `directive_base64=${base64(directive)}`),
  ]
}
