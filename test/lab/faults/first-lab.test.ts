import { clientFaults } from './client'
import { filesFaults } from './files'
import { tryClientFaults, tryFaults } from './try-faults'

// Half of the matrix; second-lab.test.ts has the other, beside this one.
tryClientFaults(clientFaults)
tryFaults(filesFaults)
