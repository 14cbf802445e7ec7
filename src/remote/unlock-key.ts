import { Worker } from 'node:worker_threads'
import { t } from '@vscode/l10n'
import type { ParsedKey } from 'ssh2'
import { readPrivateKey } from './private-key'
import { threadEntry } from './thread-entry'
import type { UnlockAnswer, UnlockWork } from './unlock-key-worker'

/**
 * Unlocks a private key with its passphrase in a separate thread: key derivation takes 0.4 to 3 s of CPU time, which must not block the
 * editor. Answers an error as {@link readPrivateKey} does.
 */
export async function unlockKey(text: string, passphrase: string): Promise<ParsedKey | Error> {
  const workerData: UnlockWork = { text, passphrase }
  // The thread does not need the environment.
  const worker = new Worker(threadEntry('unlock-key-worker'), { workerData, env: {} })
  try {
    const answer = await new Promise<UnlockAnswer>((done, fail) =>
      worker
        .once('message', done)
        .once('error', fail)
        .once('exit', () => fail(new Error(t('the thread that unlocks keys ended without an answer')))),
    )
    return 'text' in answer ? readPrivateKey(answer.text) : new Error(answer.message)
  } finally {
    void worker.terminate()
  }
}
