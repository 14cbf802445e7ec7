import { runMocha } from '../run-mocha'

export const run = () =>
  runMocha(
    () => import('./activation.test'),
    () => import('./language.test'),
    () => import('./preview.test'),
    () => import('./tree.test'),
    () => import('./runs.test'),
    () => import('./history.test'),
    () => import('./operations.test'),
  )
