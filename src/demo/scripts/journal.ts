import type { AnswerScript } from './answer'

export const journal: AnswerScript = (server, [unit = '']) => {
  const worker = server.workers.get(Number(/@(\d+)\.service$/.exec(unit)?.[1]))
  if (!worker) return { exitCode: 0, stdout: '-- No entries --\n' }
  const at = new Date(worker.startedAt).toISOString()
  const words = worker.pid > 0 ? `worker on port ${worker.port}, pid ${worker.pid}` : 'Stopped VoxCore Worker'
  return { exitCode: 0, stdout: `${at} ${server.name} voxcore[${worker.pid}]: ${words}\n` }
}
