import { clockFaults } from './clock'
import { namesFaults } from './names'
import { networkFaults } from './network'
import { nginxFaults } from './nginx'
import { operatorFaults } from './operator'
import { tryFaults } from './try-faults'
import { workersFaults } from './workers'

// On hosts of its own, beside those of first-lab.test.ts.
process.env.LAB_SECOND = 'yes'
tryFaults([...networkFaults, ...namesFaults, ...clockFaults, ...nginxFaults, ...operatorFaults, ...workersFaults])
