import { t } from '@vscode/l10n'
import type { UpstreamDifference } from '../nginx/compare'

type Words = {
  readonly [Kind in UpstreamDifference['kind']]: (difference: Extract<UpstreamDifference, { kind: Kind }>) => string
}

const words: Words = {
  'missing-block': () => t('nginx has no such upstream'),
  'missing-line': ({ address }) => t('nginx does not have {0}', address),
  'extra-line': ({ address }) => t('nginx has {0}, and fleet.yaml does not', address),
  'repeated-line': ({ address }) => t('nginx has {0} more than once', address),
  parameters: ({ address, wanted, found }) =>
    t('nginx has {0} {1}, and fleet.yaml says {2}', address, found || t('plain'), wanted || t('plain')),
  directive: ({ directive, wanted, found }) =>
    t('nginx has {0}, and fleet.yaml says {1}', shown(directive, found), shown(directive, wanted)),
}

const shown = (directive: string, value: string | undefined) =>
  value === undefined ? t('no {0}', directive) : `${directive} ${value}`.trim()

/** A difference of the upstream as part of a sentence. */
export const sayDifference = (difference: UpstreamDifference): string =>
  (words[difference.kind] as (difference: UpstreamDifference) => string)(difference)
