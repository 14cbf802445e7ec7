import { Worker } from 'node:worker_threads'
import { t } from '@vscode/l10n'
import type { ParsedKey } from 'ssh2'
import { readPrivateKey } from './private-key'
import { threadEntry } from './thread-entry'
import type { UnlockAnswer, UnlockWork } from './unlock-key-worker'

/**
 * Opens a private key with its passphrase in a thread of its own: deriving the key takes 0.4 to 3 s of a processor, in which
 * nothing else of the editor may stand still. Answers an error as {@link readPrivateKey} does.
 */
export async function unlockKey(text: string, passphrase: string): Promise<ParsedKey | Error> {
  const workerData: UnlockWork = { text, passphrase }
  // The environment is not the thread's business.
  const worker = new Worker(threadEntry('unlock-key-worker'), { workerData, env: {} })
  try {
    const answer = await new Promise<UnlockAnswer>((done, fail) =>
      worker
        .once('message', done)
        .once('error', fail)
        .once('exit', () => fail(new Error(t('the thread that opens keys ended without an answer')))),
    )
    return 'text' in answer ? readPrivateKey(answer.text) : new Error(answer.message)
  } finally {
    void worker.terminate()
  }
}
